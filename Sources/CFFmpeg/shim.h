#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/channel_layout.h>
#include <libavutil/cpu.h>
#include <libavutil/crc.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

// Function-like macros, which Swift does not import.
static const int VG_AVERROR_EOF = AVERROR_EOF;
static const int VG_AVERROR_EAGAIN = AVERROR(EAGAIN);
static const int VG_AVERROR_INVALIDDATA = AVERROR_INVALIDDATA;
static const int64_t VG_AV_NOPTS_VALUE = AV_NOPTS_VALUE;
static const AVRational VG_AV_TIME_BASE_Q = {1, AV_TIME_BASE};
