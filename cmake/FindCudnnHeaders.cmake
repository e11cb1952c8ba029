# Finds the headers of cuDNN, its C++ frontend, cuBLASLt and CUDA, as the interface target CudnnHeaders::CudnnHeaders:
# where the launcher puts them (tools/launcher/wheel_headers.py), else where CUDA is installed. No library is looked
# for: what a machine has of them is loaded when a program first asks.
include(FindPackageHandleStandardArgs)
set(cuda_environment "${PROJECT_SOURCE_DIR}/build/.cuda")
file(GLOB site_packages "${cuda_environment}/lib/python3*/site-packages")
foreach (folder IN LISTS site_packages)
  list(APPEND frontend_folders "${folder}/include")
  list(APPEND cuda_folders "${folder}/nvidia/cuda_runtime/include")
  # CUDA's headers take a few of its compiler's.
  list(APPEND compiler_folders "${folder}/nvidia/cuda_nvcc/include")
  # cuBLASLt's half-precision types take CUDA's C++ core libraries.
  list(APPEND core_folders "${folder}/nvidia/cuda_cccl/include")
endforeach ()
find_path(CudnnHeaders_CUDNN_FOLDER cudnn.h HINTS "${cuda_environment}/include")
find_path(CudnnHeaders_CUBLAS_FOLDER cublasLt.h HINTS "${cuda_environment}/include" PATHS /usr/local/cuda/include)
find_path(CudnnHeaders_FRONTEND_FOLDER cudnn_frontend.h HINTS ${frontend_folders})
find_path(CudnnHeaders_CUDA_FOLDER cuda_runtime_api.h HINTS ${cuda_folders} PATHS /usr/local/cuda/include)
find_path(CudnnHeaders_COMPILER_FOLDER crt/host_defines.h HINTS ${compiler_folders} PATHS /usr/local/cuda/include)
find_path(CudnnHeaders_CORE_FOLDER nv/target HINTS ${core_folders} PATHS /usr/local/cuda/include/cccl)
set(CudnnHeaders_FOLDERS CudnnHeaders_CUDNN_FOLDER CudnnHeaders_CUBLAS_FOLDER CudnnHeaders_FRONTEND_FOLDER
  CudnnHeaders_CUDA_FOLDER CudnnHeaders_COMPILER_FOLDER CudnnHeaders_CORE_FOLDER)
find_package_handle_standard_args(CudnnHeaders REQUIRED_VARS ${CudnnHeaders_FOLDERS})
if (CudnnHeaders_FOUND AND NOT TARGET CudnnHeaders::CudnnHeaders)
  add_library(CudnnHeaders::CudnnHeaders INTERFACE IMPORTED)
  foreach (folder IN LISTS CudnnHeaders_FOLDERS)
    # As a system's: their warnings are not ours.
    target_include_directories(CudnnHeaders::CudnnHeaders SYSTEM INTERFACE "${${folder}}")
  endforeach ()
endif ()
mark_as_advanced(${CudnnHeaders_FOLDERS})
