"""Which names a generated function can have: those that mean nothing else in C, in C++ and in what a program links."""

import ctypes
import os
import re
import sysconfig
from typing import List

from launcher.report import LauncherError, excerpt

# ISO C23 and C++23, the alternative tokens among them, and asm and typeof, which compilers take in C by default.
KEYWORDS = frozenset("""
alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t char8_t class co_await
co_return co_yield compl concept const const_cast consteval constexpr constinit continue decltype default delete do
double dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable namespace
new noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires restrict
return short signed sizeof static static_assert static_cast struct switch template this thread_local throw true try
typedef typeid typename typeof typeof_unqual union unsigned using virtual void volatile wchar_t while xor xor_eq
""".split())
# Headers of C, of POSIX, of C libraries and compilers (what those have for instruction sets is a pattern below), and
# those of Windows that its programs begin with. A kernel's header of such a name would be included in its place.
STANDARD_HEADERS = frozenset("""
assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic stdbit
stdbool stdckdint stdcountof stddef stdint stdio stdlib stdmchar stdnoreturn string tgmath threads time uchar wchar
wctype
aio cpio devctl dirent dlfcn endian fcntl fmtmsg fnmatch ftw glob grp iconv langinfo libgen libintl monetary mqueue ndbm
netdb nl_types poll pthread pwd regex sched search semaphore spawn strings stropts syslog tar termios trace ulimit
unistd utime utmpx wordexp
""".split())
HEADERS = STANDARD_HEADERS | frozenset("""
aliases alloca ar argp argz byteswap crypt elf envz err error execinfo features fstab fts gconv getopt gshadow ifaddrs
lastlog link malloc mcheck memory mntent nss obstack paths printf proc_service pty re_comp regexp resolv sgtty shadow
stab stdio_ext syscall sysexits termio thread_db ttyent ucontext utmp values wait libio varargs
cpuid cxxabi gcov mm3dnow mm_malloc omp openacc acc_prof quadmath stdfix syslimits unwind backtrace
altivec arm_acle arm_bf16 arm_cmse arm_fp16 arm_mve arm_neon arm_sme arm_sve arm_vector_types riscv_vector
availability availabilitymacros libproc objc xlocale
conio crtdbg direct io process share windows winsock winsock2 ws2tcpip tchar
""".split())
INSTRUCTION_SETS = re.compile(r"\w*intrin")
INCLUDED = ("/usr/include", "/usr/local/include", f"/usr/include/{sysconfig.get_config_var('MULTIARCH')}")
# What C's and POSIX' headers define as macros or types, and what compilers define; names without a small letter are
# refused anyway, and functions are asked of the libraries themselves.
MACROS = re.compile(
    r"\w+_t|std|assert\w*|errno|h_errno|offsetof|setjmp|sigsetjmp|(sig)?jmp_buf|va_\w+|fpclassify|signbit|noreturn"
    r"|is(finite|inf|nan|normal|greater|greaterequal|less|lessequal|lessgreater|unordered|eqsig|signaling|subnormal"
    r"|zero|canonical)|math_errhandling|complex|imaginary|linux|unix|i386|defined|alloca|str(n?)dupa|at_quick_exit"
    r"|atexit|[bl]e\d+toh|hto[bl]e\d+|(d|f\d+x?)(add|div|fma|mul|sqrt|sub)|atomic_\w+|memory_order\w*|kill_dependency"
    r"|once_flag|call_once|sched_priority|fd_(mask|set)|nl_(catd|item)|st_[acm]time|sa_(handler|sigaction)|sigmask"
    r"|(cnd|mtx|thrd|tss|pthread|inet|if[acr]|s6|si|sigev)_\w+|timer(add|clear|cmp|isset|sub)|d_fileno|h_addr"
    r"|msg_cbytes|tcp_seq|bindresvport6|crypt|getumask|preorder|postorder|endorder|leaf|(isascii|toascii)_l"
    r"|u_(char|int|long|short)|uint|ulong|ushort"
    r"|(AF|Dl|L|M|P|PF|SYS|TCP)_\w+|(PRI|SCN)[bdioux](\d+|FAST\w+|LEAST\w+|MAX|PTR)")
# What Halide's runtime exports beside the names that begin with halide_.
RUNTIME = re.compile(r"copy_to_device_already_locked|(register_)?(cuda|opencl)_allocation_pool"
                     r"|(cuda|opencl)_(device_crop_from_offset|do_multidimensional_copy)")
# Linked into most programs; where there is none of that name, it has no functions to clash with.
LIBRARIES = ("libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2")
LONGEST_NAME = 200  # characters, so that the names of files made of it stay below the 255 that file systems allow


def is_in_a_library(name: str) -> bool:
    for library in LIBRARIES:
        try:
            ctypes.CDLL(library)[name]
            return True
        except (OSError, AttributeError):
            continue
    return False


def is_system_header(name: str) -> bool:
    """Whether programs that look into the kernel's folder for headers would miss <name.h>, if only on some disks."""
    return (name.lower() in HEADERS or INSTRUCTION_SETS.fullmatch(name) is not None or
            any(os.path.isfile(f"{folder}/{name}.h") for folder in INCLUDED))


def require_function_name(name: str, is_given: bool = True) -> None:
    """Raises LauncherError unless a kernel's function can be called `name`, which the user has given, or nobody."""
    def refuse(why: str) -> None:
        if is_given:
            raise LauncherError(f"--name: '{excerpt(name)}' {why}; choose another, such as my_kernel")
        raise LauncherError(f"--schedule: the function would be called '{excerpt(name)}' after it, which {why}; give "
                            "another, such as --name my_kernel")

    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        refuse("is no C identifier")
    if len(name) > LONGEST_NAME:
        refuse(f"has {len(name)} characters; expected at most {LONGEST_NAME}")
    if name in KEYWORDS:
        refuse("is a keyword of C or C++")
    if name.startswith("_") or "__" in name:
        refuse("is reserved for compilers and libraries: it begins with _ or has __ in it")
    if re.match(r"halide|nestwright_", name.lower()) or RUNTIME.fullmatch(name):
        refuse("is like the names of Halide's runtime and of the files beside the kernel")
    if name == "main":
        refuse("is where a program begins")
    if not re.search("[a-z]", name):
        refuse("has no small letter, as the macros of C's headers have none")
    if MACROS.fullmatch(name) or is_in_a_library(name):
        refuse("is a name of C's or C++'s library, or one of those that it keeps for itself")
    if is_system_header(name):
        refuse(f"would make a header that hides the system's <{name}.h> or one of the kind")


def default_name(op: str, schedule: str) -> str:
    """operator_schedule, as an identifier: files of schedules may have '-' and more in their names."""
    words: List[str] = [re.sub(r"[^A-Za-z0-9]+", "_", word).strip("_") for word in (op, schedule)]
    return "_".join(word for word in words if word)
