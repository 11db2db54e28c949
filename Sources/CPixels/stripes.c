// Finds regular stripes in a picture.
#include "stripes.h"
#include <string.h>

// Most samples of a line: enough to resolve stripes of two pixels in 1080p. Finer ones are not visible at a harmful
// viewing distance.
#define LENGTH 960
#define LINES (CPIXELS_FLASH_MAX * 2)

typedef struct {
    uint8_t light[256]; // from the top 8 bits of a sample to light; 255 is full scale
} table;

static void fill(table *t, const cpixels_flash_picture *p) {
    for (int value = 0; value < 256; value++) {
        int level = ((value - p->y_offset) * p->y_scale) >> 16;
        level = level < 0 ? 0 : level >= CPIXELS_FLASH_LEVELS ? CPIXELS_FLASH_LEVELS - 1 : level;
        t->light[value] = (uint8_t)(p->linear[level] >> 8);
    }
}

// The light of `count` samples of a row: into an array, or each into a line of its own.
static void sample(const cpixels_flash_picture *p, const table *t, int y, const int *xs, int count, uint8_t *out,
                   ptrdiff_t step) {
    const uint8_t *row = p->luma + (ptrdiff_t)y * p->luma_stride;
    if (p->depth > 8) {
        const uint16_t *wide = (const uint16_t *)row;
        for (int i = 0; i < count; i++) out[i * step] = t->light[(wide[xs[i]] >> (p->depth - 8)) & 255];
    } else {
        for (int i = 0; i < count; i++) out[i * step] = t->light[row[xs[i]]];
    }
}

// An encoder's ringing around an edge is as large a step of light as a faint stripe, so a dark stripe must also be
// clearly darker in proportion.
static inline int is_pair(int light, int dark) {
    return light - dark >= CPIXELS_STRIPES_STEP && light >= CPIXELS_STRIPES_LIGHT && dark * 4 <= light * 3;
}

// Width of a pair of stripes in each of `count` cells along a line of `length` samples; 0 without stripes.
static void periods(const uint8_t *line, int length, int count, uint16_t *cells) {
    memset(cells, 0, sizeof(uint16_t) * (size_t)count);
    int edges[LENGTH], found = 0;
    int high = line[0], low = line[0], way = 0;
    for (int i = 1; i < length; i++) {
        int value = line[i];
        if (value > high) high = value;
        if (value < low) low = value;
        if (way >= 0 && is_pair(high, value)) {
            edges[found++] = i, way = -1, low = value, high = value;
        } else if (way <= 0 && is_pair(value, low)) {
            edges[found++] = i, way = 1, low = value, high = value;
        }
    }
    // Finds runs of edges in which each edge is one period after the last but one.
    for (int first = 0; first + 2 < found;) {
        int period = edges[first + 2] - edges[first], slack = period / 5 + 1, last = first + 2;
        while (last + 1 < found) {
            int next = edges[last + 1] - edges[last - 1];
            if (next < period - slack || next > period + slack) break;
            last++;
        }
        if (last - first >= 2 * CPIXELS_STRIPES_PAIRS) {
            int from = edges[first] * count / length, to = (edges[last] * count + length - 1) / length;
            for (int cell = from; cell < to && cell < count; cell++) cells[cell] = (uint16_t)period;
            first = last;
        } else {
            first++;
        }
    }
}

static inline int alike(int a, int b) {
    int difference = a > b ? a - b : b - a;
    return a && b && difference * 6 <= a + 6;
}

int cpixels_striped_cells(const cpixels_flash_picture *p, int columns, int rows) {
    if (columns < 1 || rows < 1 || columns > CPIXELS_FLASH_MAX || rows > CPIXELS_FLASH_MAX) return 0;
    if (p->width < 2 || p->height < 2) return 0;
    static __thread uint8_t lines[LINES][LENGTH];
    uint8_t striped[CPIXELS_FLASH_MAX * CPIXELS_FLASH_MAX];
    uint16_t first[CPIXELS_FLASH_MAX], second[CPIXELS_FLASH_MAX];
    memset(striped, 0, sizeof striped);
    table t;
    fill(&t, p);

    int across = p->width < LENGTH ? p->width : LENGTH, xs[LENGTH];
    for (int i = 0; i < across; i++) xs[i] = (int)((int64_t)i * p->width / across);
    for (int row = 0; row < rows; row++) {
        for (int half = 0; half < 2; half++) {
            int y = (int)((int64_t)(4 * row + 1 + 2 * half) * p->height / (4 * rows));
            sample(p, &t, y, xs, across, lines[half], 1);
        }
        periods(lines[0], across, columns, first);
        periods(lines[1], across, columns, second);
        for (int column = 0; column < columns; column++)
            striped[row * columns + column] = (uint8_t)alike(first[column], second[column]);
    }

    // Reads by rows, in the order of memory.
    int down = p->height < LENGTH ? p->height : LENGTH;
    for (int line = 0; line < columns * 2; line++)
        xs[line] = (int)((int64_t)(2 * line + 1) * p->width / (4 * columns));
    for (int i = 0; i < down; i++) {
        int y = (int)((int64_t)i * p->height / down);
        sample(p, &t, y, xs, columns * 2, &lines[0][i], LENGTH);
    }
    for (int column = 0; column < columns; column++) {
        periods(lines[column * 2], down, rows, first);
        periods(lines[column * 2 + 1], down, rows, second);
        for (int row = 0; row < rows; row++) striped[row * columns + column] |= (uint8_t)alike(first[row], second[row]);
    }
    int count = 0;
    for (int cell = 0; cell < columns * rows; cell++) count += striped[cell];
    return count;
}
