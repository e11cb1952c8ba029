# Finds oneDNN as the imported target OneDnn::OneDnn. Its own CMake package wants OpenCL's headers, which Debian's
# libdnnl-dev only recommends; header and library are all that is needed.
include(FindPackageHandleStandardArgs)
find_path(OneDnn_INCLUDE_FOLDER dnnl.hpp)
find_library(OneDnn_LIBRARY dnnl)
find_package_handle_standard_args(OneDnn REQUIRED_VARS OneDnn_LIBRARY OneDnn_INCLUDE_FOLDER)
if (OneDnn_FOUND AND NOT TARGET OneDnn::OneDnn)
  add_library(OneDnn::OneDnn UNKNOWN IMPORTED)
  set_target_properties(OneDnn::OneDnn PROPERTIES
    IMPORTED_LOCATION "${OneDnn_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${OneDnn_INCLUDE_FOLDER}")
endif ()
mark_as_advanced(OneDnn_INCLUDE_FOLDER OneDnn_LIBRARY)
