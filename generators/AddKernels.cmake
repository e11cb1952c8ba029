# nestwright_add_kernels(TARGET MANIFESTS file... [GPU_MANIFESTS file...])
#
# Compiles every kernel that the manifests list, those of GPU_MANIFESTS for each device (OpenCL, CUDA), and makes the
# library TARGET of them with one function, nestwright::register_generated_kernels(). A manifest's line is
#
#     operator algorithm schedule name=value ... [with name=value ...]
#
# where `schedule` is the name of schedules/<operator>/<schedule>.nest, what follows it the complete shape, and what
# follows `with` are values for the schedule's tunable parameters; `#` starts a comment. One of them may be
# cuda_registers=N, which is no parameter: on CUDA, a thread of the kernel gets at most N registers instead of Halide's
# 64. A kernel that two manifests list is compiled once.
#
# A kernel is compiled again when what it is made of changes, and not whenever the generator, which holds all operators,
# is linked again. So the commands that compile depend on files (NAME.fingerprint) that say what the kernel of that name
# is made of (kernel_fingerprints.h): one command, which does depend on the generator, writes them all, and only those
# that change, and Ninja then leaves out what comes after the others (restat). The commands that compile reach the
# generator through a script, as naming its target or its file would be a dependency again.
function(nestwright_add_kernels TARGET)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "MANIFESTS;GPU_MANIFESTS")

    set(features_of_cpu no_bounds_query)
    set(features_of_opencl no_bounds_query)
    set(features_of_cuda no_bounds_query)
    # A processor's kernel is right or not; a device's may fail to be loaded or launched, and its asserts report that.
    if (NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
        list(APPEND features_of_cpu no_asserts)
    endif ()
    list(GET NESTWRIGHT_TARGETS 0 first_target)
    # One runtime for all, which looks for a device's driver when a kernel first asks for it.
    add_halide_runtime(nestwright_halide_runtime TARGETS ${first_target}-cuda-opencl)
    # What starts a GPU's kernel is the same for every processor: the last target runs on all.
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
    # What a record says of a kernel's registers is known when the kernels are generated, not yet here.
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

# Makes the `fingerprints` of the kernels of TARGET, which `kernel_list` lists for the generator.
function(_nestwright_add_fingerprints TARGET kernel_list fingerprints nest_files)
    set(list_file "${CMAKE_CURRENT_BINARY_DIR}/${TARGET}.txt")
    file(CONFIGURE OUTPUT "${list_file}" CONTENT "${kernel_list}" @ONLY)
    # The code that compiles: all else that makes a kernel what it is shows in its pipeline.
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

# Makes recorded_registers.h for TARGET: the caps of those CUDA kernels of `lines` that take a record.
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

# Adds one kernel to the lists `functions`, `fingerprints`, `nest_files`, `declarations` and `registrations` of the
# caller, and to its text `kernel_list`.
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
            # Halide's command line has no other use for '=', and can't give a parameter no value at all.
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
        # The targets as add_halide_library() makes them of targets and features.
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
