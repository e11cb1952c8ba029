"""Which names a generated function can have: those that mean nothing else in C, in C++ and in what a program links."""

import ctypes
import re
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
# What C's headers define as macros or types, and what compilers define; functions are asked of the library itself.
MACROS = re.compile(
    r"assert|errno|offsetof|setjmp|va_\w+|fpclassify|signbit|is(finite|inf|nan|normal|greater|greaterequal|less"
    r"|lessequal|lessgreater|unordered)|complex|imaginary|linux|unix|i386|defined|I|FILE|NULL|EOF|NAN|INFINITY"
    r"|(BUFSIZ|CHAR|CLOCKS|DBL|E|EXIT|FILENAME|FLT|FOPEN|HUGE|L?LONG|LC|LDBL|L_TMP|MB|PTRDIFF|RAND|SCHAR|SEEK|SHRT|SIG"
    r"|SIZE|TMP|UCHAR|U?INT|ULL?ONG|USHRT|WCHAR|WINT)_?[A-Z0-9_]+")
# Linked into most programs; where there is none of that name, it has no functions to clash with.
LIBRARIES = ("libc.so.6", "libm.so.6")
LONGEST_NAME = 200  # characters, so that the names of files made of it stay below the 255 that file systems allow


def is_in_a_library(name: str) -> bool:
    for library in LIBRARIES:
        try:
            ctypes.CDLL(library)[name]
            return True
        except (OSError, AttributeError):
            continue
    return False


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
    if re.match(r"halide_|HALIDE_|Halide|nestwright_|NESTWRIGHT_", name):
        refuse("begins as names of Halide's runtime and of the files beside the kernel do")
    if name == "main":
        refuse("is where a program begins")
    if name.endswith("_t") or MACROS.fullmatch(name) or is_in_a_library(name):
        refuse("is a name of C's library")


def default_name(op: str, schedule: str) -> str:
    """operator_schedule, as an identifier: files of schedules may have '-' and more in their names."""
    words: List[str] = [re.sub(r"[^A-Za-z0-9]+", "_", word).strip("_") for word in (op, schedule)]
    return "_".join(word for word in words if word)
