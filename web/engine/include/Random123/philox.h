/* Random123 is plain C here; the list of processors that it was tried on ends before WebAssembly. */
#pragma GCC system_header
#ifndef __riscv
#define __riscv 1
#include_next <Random123/philox.h>
#undef __riscv
#else
#include_next <Random123/philox.h>
#endif
