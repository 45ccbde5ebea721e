#ifndef CZLIB_SHIM_H
#define CZLIB_SHIM_H

#include <zlib.h>

// What Swift cannot import from zlib.h: `inflateInit2` is a macro that adds the header's version and size.

static inline int zlib_start_inflating(z_stream *stream, int window_bits)
{
    return inflateInit2(stream, window_bits);
}

#endif
