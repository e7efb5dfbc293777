// Calls Cairo through dlopen: programs that write no PNG and no PDF do not pay for loading it.
#include "CCairo.h"

#if __has_include(<cairo/cairo.h>) && __has_include(<cairo/cairo-pdf.h>)

#include <cairo/cairo-pdf.h>
#include <cairo/cairo.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTIONS(X) \
  X(cairo_version_string) X(cairo_image_surface_create) X(cairo_image_surface_get_data) \
  X(cairo_image_surface_get_stride) X(cairo_pdf_surface_create_for_stream) \
  X(cairo_pdf_surface_set_metadata) X(cairo_surface_write_to_png_stream) X(cairo_surface_finish) \
  X(cairo_surface_destroy) X(cairo_surface_flush) X(cairo_surface_mark_dirty) \
  X(cairo_surface_status) X(cairo_status_to_string) X(cairo_create) X(cairo_destroy) \
  X(cairo_status) X(cairo_scale) X(cairo_save) X(cairo_restore) X(cairo_clip) X(cairo_rectangle) \
  X(cairo_move_to) X(cairo_line_to) X(cairo_curve_to) X(cairo_close_path) X(cairo_new_path) \
  X(cairo_new_sub_path) X(cairo_arc) X(cairo_set_source_rgba) X(cairo_set_source_surface) \
  X(cairo_get_source) X(cairo_pattern_set_filter) X(cairo_paint) X(cairo_fill_preserve) \
  X(cairo_stroke_preserve) X(cairo_set_line_width) X(cairo_set_line_join) X(cairo_set_line_cap) \
  X(cairo_set_dash) X(cairo_select_font_face) X(cairo_set_font_size) X(cairo_text_extents) \
  X(cairo_show_text) X(cairo_translate) X(cairo_rotate) X(cairo_font_options_create) \
  X(cairo_font_options_destroy) X(cairo_font_options_set_hint_style) \
  X(cairo_font_options_set_hint_metrics) X(cairo_font_options_set_antialias) \
  X(cairo_set_font_options)

#define DECLARE(name) __typeof__(&name) name##_;
static struct {
  int loaded;
  FUNCTIONS(DECLARE)
} library;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *handle = dlopen("libcairo.so.2", RTLD_NOW | RTLD_LOCAL);
  if (!handle) return;
  library.loaded = 1;
#define FIND(name) \
  library.name##_ = (__typeof__(&name))dlsym(handle, #name); \
  if (!library.name##_) library.loaded = 0;
  FUNCTIONS(FIND)
}

static int is_there(void) {
  pthread_once(&once, load);
  return library.loaded;
}

#define call(name) library.cairo_##name##_

struct apus_page {
  cairo_surface_t *surface;
  cairo_t *context;
  int is_png;
  uint8_t *bytes;
  size_t count, capacity;
  cairo_status_t status;
};

const char *apus_cairo_version(void) { return is_there() ? call(version_string)() : NULL; }

static cairo_status_t append(void *closure, const unsigned char *data, unsigned int length) {
  apus_page *page = closure;
  if (page->count + length > page->capacity) {
    size_t capacity = 2 * page->capacity + length + 4096;
    uint8_t *bytes = realloc(page->bytes, capacity);
    if (!bytes) return CAIRO_STATUS_NO_MEMORY;
    page->bytes = bytes;
    page->capacity = capacity;
  }
  memcpy(page->bytes + page->count, data, length);
  page->count += length;
  return CAIRO_STATUS_SUCCESS;
}

static apus_page *start(apus_page *page, double scale) {
  if (call(surface_status)(page->surface) != CAIRO_STATUS_SUCCESS) {
    apus_page_free(page);
    return NULL;
  }
  page->context = call(create)(page->surface);
  call(scale)(page->context, scale, scale);
  call(set_line_join)(page->context, CAIRO_LINE_JOIN_ROUND);
  // Neither the screen's hinting nor its pixel order may change a file.
  cairo_font_options_t *options = call(font_options_create)();
  call(font_options_set_hint_style)(options, CAIRO_HINT_STYLE_NONE);
  call(font_options_set_hint_metrics)(options, CAIRO_HINT_METRICS_OFF);
  call(font_options_set_antialias)(options, CAIRO_ANTIALIAS_GRAY);
  call(set_font_options)(page->context, options);
  call(font_options_destroy)(options);
  return page;
}

apus_page *apus_page_png(double width, double height, double scale) {
  apus_page *page = is_there() ? calloc(1, sizeof *page) : NULL;
  if (!page) return NULL;
  page->is_png = 1;
  page->surface = call(image_surface_create)(
      CAIRO_FORMAT_RGB24, (int)(width * scale + 0.5), (int)(height * scale + 0.5));
  return start(page, scale);
}

apus_page *apus_page_pdf(double width, double height, const char *title) {
  apus_page *page = is_there() ? calloc(1, sizeof *page) : NULL;
  if (!page) return NULL;
  page->surface = call(pdf_surface_create_for_stream)(append, page, width, height);
  call(pdf_surface_set_metadata)(page->surface, CAIRO_PDF_METADATA_TITLE, title);
  call(pdf_surface_set_metadata)(page->surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
  return start(page, 1);
}

void apus_page_font(apus_page *page, const char *family, double size, int is_bold) {
  call(select_font_face)(
      page->context, family, CAIRO_FONT_SLANT_NORMAL,
      is_bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  call(set_font_size)(page->context, size);
}

double apus_page_text_width(apus_page *page, const char *text) {
  cairo_text_extents_t extents = {0};
  call(text_extents)(page->context, text, &extents);
  return extents.x_advance;
}

void apus_page_move(apus_page *page, double x, double y) { call(move_to)(page->context, x, y); }
void apus_page_line(apus_page *page, double x, double y) { call(line_to)(page->context, x, y); }
void apus_page_close(apus_page *page) { call(close_path)(page->context); }
void apus_page_new_path(apus_page *page) { call(new_path)(page->context); }

void apus_page_curve(
    apus_page *page, double x1, double y1, double x2, double y2, double x3, double y3) {
  call(curve_to)(page->context, x1, y1, x2, y2, x3, y3);
}

void apus_page_circle(apus_page *page, double x, double y, double radius) {
  call(new_sub_path)(page->context);
  call(arc)(page->context, x, y, radius, 0, 6.283185307179586);
  call(close_path)(page->context);
}

static void set_paint(apus_page *page, apus_paint paint) {
  call(set_source_rgba)(page->context, paint.red, paint.green, paint.blue, paint.opacity);
}

void apus_page_fill(apus_page *page, apus_paint paint) {
  set_paint(page, paint);
  call(fill_preserve)(page->context);
}

void apus_page_stroke(
    apus_page *page, apus_paint paint, double width, const double *dashes, int dash_count) {
  set_paint(page, paint);
  call(set_line_width)(page->context, width);
  call(set_line_cap)(page->context, dash_count ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND);
  call(set_dash)(page->context, dashes, dash_count, 0);
  call(stroke_preserve)(page->context);
}

void apus_page_text(
    apus_page *page, const char *text, double x, double y, double anchor, double radians,
    apus_paint paint) {
  set_paint(page, paint);
  call(save)(page->context);
  call(translate)(page->context, x, y);
  call(rotate)(page->context, radians);
  call(move_to)(page->context, anchor ? -anchor * apus_page_text_width(page, text) : 0, 0);
  call(show_text)(page->context, text);
  call(restore)(page->context);
  call(new_path)(page->context);
}

void apus_page_image(
    apus_page *page, const uint32_t *pixels, int columns, int rows, double x, double y,
    double width, double height) {
  cairo_surface_t *image = call(image_surface_create)(CAIRO_FORMAT_ARGB32, columns, rows);
  uint8_t *data = call(image_surface_get_data)(image);
  if (data) {
    call(surface_flush)(image);
    int stride = call(image_surface_get_stride)(image);
    for (int row = 0; row < rows; row++)
      memcpy(data + (size_t)row * stride, pixels + (size_t)row * columns, (size_t)columns * 4);
    call(surface_mark_dirty)(image);
    call(save)(page->context);
    call(rectangle)(page->context, x, y, width, height);
    call(clip)(page->context);
    call(translate)(page->context, x, y);
    call(scale)(page->context, width / columns, height / rows);
    call(set_source_surface)(page->context, image, 0, 0);
    call(pattern_set_filter)(call(get_source)(page->context), CAIRO_FILTER_NEAREST);
    call(paint)(page->context);
    call(restore)(page->context);
  } else {
    page->status = call(surface_status)(image);
  }
  call(surface_destroy)(image);
}

void apus_page_clip(apus_page *page, double x, double y, double width, double height) {
  call(save)(page->context);
  call(rectangle)(page->context, x, y, width, height);
  call(clip)(page->context);
}

void apus_page_unclip(apus_page *page) { call(restore)(page->context); }

const uint8_t *apus_page_finish(apus_page *page, size_t *count) {
  if (!page->status) page->status = call(status)(page->context);
  if (!page->status && page->is_png)
    page->status = call(surface_write_to_png_stream)(page->surface, append, page);
  call(surface_finish)(page->surface);
  if (!page->status) page->status = call(surface_status)(page->surface);
  *count = page->status ? 0 : page->count;
  return page->status ? NULL : page->bytes;
}

const char *apus_page_error(const apus_page *page) {
  return call(status_to_string)(page->status);
}

void apus_page_free(apus_page *page) {
  if (page->context) call(destroy)(page->context);
  if (page->surface) call(surface_destroy)(page->surface);
  free(page->bytes);
  free(page);
}

#else

const char *apus_cairo_version(void) { return NULL; }
apus_page *apus_page_png(double width, double height, double scale) { return NULL; }
apus_page *apus_page_pdf(double width, double height, const char *title) { return NULL; }

// Without the library there is no page, so nothing below is ever called.
void apus_page_font(apus_page *page, const char *family, double size, int is_bold) {}
double apus_page_text_width(apus_page *page, const char *text) { return 0; }
void apus_page_move(apus_page *page, double x, double y) {}
void apus_page_line(apus_page *page, double x, double y) {}
void apus_page_curve(
    apus_page *page, double x1, double y1, double x2, double y2, double x3, double y3) {}
void apus_page_close(apus_page *page) {}
void apus_page_circle(apus_page *page, double x, double y, double radius) {}
void apus_page_fill(apus_page *page, apus_paint paint) {}
void apus_page_stroke(
    apus_page *page, apus_paint paint, double width, const double *dashes, int dash_count) {}
void apus_page_new_path(apus_page *page) {}
void apus_page_text(
    apus_page *page, const char *text, double x, double y, double anchor, double radians,
    apus_paint paint) {}
void apus_page_image(
    apus_page *page, const uint32_t *pixels, int columns, int rows, double x, double y,
    double width, double height) {}
void apus_page_clip(apus_page *page, double x, double y, double width, double height) {}
void apus_page_unclip(apus_page *page) {}
const uint8_t *apus_page_finish(apus_page *page, size_t *count) { return NULL; }
const char *apus_page_error(const apus_page *page) { return ""; }
void apus_page_free(apus_page *page) {}

#endif
