# Finds isl, the integer set library, as the imported target Isl::Isl: Debian's libisl-dev has no CMake package.
include(FindPackageHandleStandardArgs)
find_path(Isl_INCLUDE_FOLDER isl/set.h)
find_library(Isl_LIBRARY isl)
find_package_handle_standard_args(Isl REQUIRED_VARS Isl_LIBRARY Isl_INCLUDE_FOLDER)
if (Isl_FOUND AND NOT TARGET Isl::Isl)
  add_library(Isl::Isl UNKNOWN IMPORTED)
  set_target_properties(Isl::Isl PROPERTIES
    IMPORTED_LOCATION "${Isl_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${Isl_INCLUDE_FOLDER}")
endif ()
mark_as_advanced(Isl_INCLUDE_FOLDER Isl_LIBRARY)
