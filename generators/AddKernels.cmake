# nestwright_add_kernels(TARGET MANIFESTS file... [GPU_MANIFESTS file...])
#
# Compiles every kernel that the manifests list, those of GPU_MANIFESTS for each device (OpenCL, CUDA), and makes a
# library TARGET of them, whose one function is nestwright::register_generated_kernels(). A manifest's line is
#
#     operator algorithm schedule name=value ... [with name=value ...]
#
# where `schedule` is the name of schedules/<operator>/<schedule>.nest, what follows it is the complete shape, and what
# follows `with` are values for the schedule's tunable parameters; `#` starts a comment. The entry cuda_registers=N is
# not such a parameter: on CUDA, it gives a thread of the kernel at most N registers instead of Halide's 64. A kernel
# that two manifests list is compiled once.
#
# A kernel is compiled again when what it is made of changes, but not whenever the generator, which holds all operators,
# is linked again. So the commands that compile kernels do not depend on the generator but on a file for each kernel,
# NAME.fingerprint, which says what the kernel is made of (kernel_fingerprints.h). One command, which does depend on the
# generator, writes all these files; it leaves those alone that stay the same, and Ninja then skips what depends on
# those (restat). The commands that compile call the generator through a script, for naming its target or its file would
# make them depend on it.
function(nestwright_add_kernels TARGET)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "MANIFESTS;GPU_MANIFESTS")

    set(features_of_cpu no_bounds_query)
    set(features_of_opencl no_bounds_query)
    set(features_of_cuda no_bounds_query)
    # Kernels for processors need no asserts: tests show that they are right. Kernels for devices keep theirs, which
    # report that a kernel could not be loaded or launched.
    if (NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
        list(APPEND features_of_cpu no_asserts)
    endif ()
    list(GET NESTWRIGHT_TARGETS 0 first_target)
    # All kernels share one runtime, which looks for a device's driver when a kernel first needs it.
    add_halide_runtime(nestwright_halide_runtime TARGETS ${first_target}-cuda-opencl)
    # The code that starts a GPU's kernel needs no variants: it is compiled for the last target, which runs on every
    # processor.
    list(GET NESTWRIGHT_TARGETS -1 any_target)
    # PTX for compute capability 8.0 serves that and all that are newer.
    set(targets_of_cpu ${NESTWRIGHT_TARGETS})
    set(targets_of_opencl ${any_target}-opencl)
    set(targets_of_cuda ${any_target}-cuda-cuda_capability_80)

    set(script "${CMAKE_CURRENT_BINARY_DIR}/${TARGET}.run-generator")
    file(GENERATE OUTPUT "${script}" CONTENT "#!/bin/sh\nexec '$<TARGET_FILE:nestwright-generator>' \"$@\"\n"
         FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
    add_executable(${TARGET}.generator IMPORTED)
    set_target_properties(${TARGET}.generator PROPERTIES IMPORTED_LOCATION "${script}")

    set(functions "")
    set(fingerprints "")
    set(kernel_list "")
    set(nest_files "")
    set(declarations "")
    set(registrations "")
    # The caps on registers that records have are read when kernels are generated: only their header is named here.
    set(recorded_lines "")
    set(recorded_include "")
    foreach (manifest IN LISTS ARG_MANIFESTS ARG_GPU_MANIFESTS)
        set(devices cpu)
        if (manifest IN_LIST ARG_GPU_MANIFESTS)
            set(devices opencl cuda)
        endif ()
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${manifest}")
        file(STRINGS "${manifest}" lines)
        foreach (line IN LISTS lines)
            string(REGEX REPLACE "#.*" "" line "${line}")
            string(STRIP "${line}" line)
            if (line STREQUAL "")
                continue()
            endif ()
            foreach (device IN LISTS devices)
                _nestwright_add_kernel("${manifest}" "${line}" "${device}")
            endforeach ()
        endforeach ()
    endforeach ()

    _nestwright_add_fingerprints(${TARGET} "${kernel_list}" "${fingerprints}" "${nest_files}")
    if (NOT "${recorded_lines}" STREQUAL "")
        set(recorded_include "#include \"recorded_registers.h\"")
    endif ()
    list(JOIN declarations "\n" declarations)
    list(JOIN registrations "\n" registrations)
    configure_file("${PROJECT_SOURCE_DIR}/generators/generated_kernels.cpp.in" generated_kernels.cpp @ONLY)
    add_library(${TARGET} STATIC generated_kernels.cpp)
    if (NOT "${recorded_lines}" STREQUAL "")
        _nestwright_add_recorded_registers(${TARGET} "${recorded_lines}" "${targets_of_cuda}")
    endif ()
    target_link_libraries(${TARGET} PRIVATE ${functions})
endfunction()

# Adds the command that writes the files `fingerprints` of TARGET's kernels. `kernel_list` is the text of the list that
# the generator reads (read_kernel_list()), `nest_files` are the kernels' schedules.
function(_nestwright_add_fingerprints TARGET kernel_list fingerprints nest_files)
    set(list_file "${CMAKE_CURRENT_BINARY_DIR}/${TARGET}.txt")
    file(CONFIGURE OUTPUT "${list_file}" CONTENT "${kernel_list}" @ONLY)
    # These sources compile a pipeline, so their text is part of every fingerprint. All other code that a kernel depends
    # on shows in the pipeline itself.
    set(code "")
    foreach (source IN ITEMS kernel_generator.cpp scheduling/compile_arguments.cpp scheduling/strict_halide.cpp)
        list(APPEND code "${PROJECT_SOURCE_DIR}/generators/${source}")
    endforeach ()
    list(REMOVE_DUPLICATES nest_files)
    add_custom_command(OUTPUT ${fingerprints}
        COMMAND nestwright-generator --fingerprints "${list_file}" "${CMAKE_CURRENT_BINARY_DIR}" ${code}
        DEPENDS nestwright-generator "${list_file}" ${code} ${nest_files} ${NESTWRIGHT_RECORDS}
        COMMENT "Looking for kernels of ${TARGET} that are made of something else now" VERBATIM)
endfunction()

# Adds the command that writes recorded_registers.h for TARGET (recorded_registers.cpp): the caps on registers of those
# CUDA kernels of the text `lines` (function operator algorithm shape) for which there is a record.
function(_nestwright_add_recorded_registers TARGET lines target_of_cuda)
    file(CONFIGURE OUTPUT recorded_registers.txt CONTENT "${lines}" @ONLY)
    add_custom_command(OUTPUT recorded_registers.h
        COMMAND nestwright-recorded-registers "${NESTWRIGHT_RECORDS}" "${NESTWRIGHT_GPU}" "${target_of_cuda}"
                recorded_registers.txt recorded_registers.h
        DEPENDS nestwright-recorded-registers "${NESTWRIGHT_RECORDS}"
                "${CMAKE_CURRENT_BINARY_DIR}/recorded_registers.txt"
        WORKING_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}" VERBATIM)
    target_sources(${TARGET} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/recorded_registers.h")
    target_include_directories(${TARGET} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}")
endfunction()

# Adds the kernel of a manifest's line for a device (cpu, opencl, cuda) to the caller's lists `functions`,
# `fingerprints`, `nest_files`, `declarations` and `registrations`, and to its texts `kernel_list` and `recorded_lines`.
# Stops with an error for a line of another form, for a schedule that does not exist, or for a kernel that is listed
# again with other settings.
macro(_nestwright_add_kernel manifest line device)
    set(settings "( +[a-z0-9_]+=[0-9]+)*")
    if (NOT "${line}" MATCHES "^([a-z0-9_]+) +([a-z0-9_]+) +([a-z0-9_]+)${settings}( +with${settings})?$")
        message(FATAL_ERROR "${manifest}: '${line}' is not 'operator algorithm schedule name=value ... [with ...]'")
    endif ()
    set(op "${CMAKE_MATCH_1}")
    set(algorithm "${CMAKE_MATCH_2}")
    set(schedule "${CMAKE_MATCH_3}")
    string(FIND "${line} with " " with " shape_length)
    string(SUBSTRING "${line}" 0 ${shape_length} shape)
    string(SUBSTRING "${line} " ${shape_length} -1 tune)
    string(REGEX MATCHALL "[a-z0-9_]+=[0-9]+" shape "${shape}")
    string(REGEX MATCHALL "[a-z0-9_]+=[0-9]+" settings "${tune}")
    set(tune ${settings})
    list(FILTER tune EXCLUDE REGEX "^cuda_registers=")
    set(cuda_registers 0)
    if ("${settings}" MATCHES "cuda_registers=([0-9]+)")
        set(cuda_registers ${CMAKE_MATCH_1})
        # A thread of CUDA has at most 255 registers; the least, 16, is a choice.
        if (cuda_registers LESS 16 OR cuda_registers GREATER 255)
            message(FATAL_ERROR "${manifest}: '${line}': a thread can have 16 to 255 registers")
        endif ()
    endif ()
    list(JOIN shape "," shape)
    list(JOIN tune "," tune)
    string(REGEX REPLACE "[a-z0-9_]+=" "" numbers "${shape}")
    string(REPLACE "," "_" numbers "${numbers}")
    set(function "nestwright_${op}_${algorithm}_${schedule}_${numbers}")
    if (NOT "${device}" STREQUAL "cpu")
        string(APPEND function "_${device}")
    endif ()

    if (NOT "${function}" IN_LIST functions)
        set("${function}_settings" "${settings}")
        set(nest_file "${PROJECT_SOURCE_DIR}/schedules/${op}/${schedule}.nest")
        if (NOT EXISTS "${nest_file}")
            message(FATAL_ERROR "${manifest}: schedules/${op}/${schedule}.nest does not exist")
        endif ()
        set(parameters "op=${op}" "algorithm=${algorithm}" "schedule=${nest_file}")
        foreach (parameter IN ITEMS shape tune)
            # Halide's command line uses '=' itself, and can't give a parameter an empty value.
            string(REPLACE "=" ":" value "${${parameter}}")
            if (NOT "${value}" STREQUAL "")
                list(APPEND parameters "${parameter}=${value}")
            endif ()
        endforeach ()
        if (NESTWRIGHT_RECORDS)
            list(APPEND parameters "records=${NESTWRIGHT_RECORDS}")
        endif ()
        if (NESTWRIGHT_RECORDS AND NESTWRIGHT_GPU AND "${device}" STREQUAL "cuda")
            list(APPEND parameters "gpu=${NESTWRIGHT_GPU}")
            string(APPEND recorded_lines "${function} ${op} ${algorithm} ${shape}\n")
            set(cuda_registers "recorded_cuda_registers(\"${function}\", ${cuda_registers})")
        endif ()
        # The same targets that add_halide_library() makes of TARGETS and FEATURES.
        list(JOIN features_of_${device} "-" features)
        list(TRANSFORM targets_of_${device} APPEND "-${features}-no_runtime" OUTPUT_VARIABLE targets)
        list(JOIN targets "," targets)
        list(JOIN parameters "\t" fields)
        string(APPEND kernel_list "${function}\t${targets}\t${fields}\n")
        set(fingerprint "${CMAKE_CURRENT_BINARY_DIR}/${function}.fingerprint")
        add_halide_library(${function} FROM ${TARGET}.generator GENERATOR kernel
                           TARGETS ${targets_of_${device}} FEATURES ${features_of_${device}}
                           USE_RUNTIME nestwright_halide_runtime
                           PARAMS ${parameters}
                           DEPENDS "${fingerprint}")
        list(APPEND functions ${function})
        list(APPEND fingerprints "${fingerprint}")
        list(APPEND nest_files "${nest_file}")
        list(APPEND declarations "int ${function}_argv(void** arguments)\;")
        list(APPEND registrations
             "  add(\"${op}\", \"${algorithm}\", \"${shape}\", \"${device}\", \"${schedule}\", \"${tune}\", ${cuda_registers}, &${function}_argv)\;")
    elseif (NOT "${settings}" STREQUAL "${${function}_settings}")
        message(FATAL_ERROR "${manifest}: '${line}' is listed already, with other settings: '${${function}_settings}'")
    endif ()
endmacro()
