// Cairo: pictures as PNG and PDF, loaded when the first one is made.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// The version of the library, such as "1.16.0"; NULL when it cannot be loaded.
const char *apus_cairo_version(void);

/// A page that is drawn on. One thread at a time.
typedef struct apus_page apus_page;

/// A bitmap of width × height points with `scale` pixels to the point. NULL when the library is not
/// there or the memory does not suffice.
apus_page *apus_page_png(double width, double height, double scale);

/// One page of PDF with its title. Equal drawings give equal bytes: the date of making is fixed.
apus_page *apus_page_pdf(double width, double height, const char *title);

/// Everything after it is drawn in this font.
void apus_page_font(apus_page *page, const char *family, double size, int is_bold);
double apus_page_text_width(apus_page *page, const char *text);

void apus_page_move(apus_page *page, double x, double y);
void apus_page_line(apus_page *page, double x, double y);
void apus_page_curve(apus_page *page, double x1, double y1, double x2, double y2, double x3, double y3);
void apus_page_close(apus_page *page);
void apus_page_circle(apus_page *page, double x, double y, double radius);

typedef struct apus_paint {
  double red, green, blue, opacity;
} apus_paint;

/// Both keep the path; `apus_page_new_path` drops it.
void apus_page_fill(apus_page *page, apus_paint paint);
void apus_page_stroke(
    apus_page *page, apus_paint paint, double width, const double *dashes, int dash_count);
void apus_page_new_path(apus_page *page);

/// Text whose baseline starts `anchor` (0…1) of its width before the point, turned clockwise.
void apus_page_text(
    apus_page *page, const char *text, double x, double y, double anchor, double radians,
    apus_paint paint);

/// Pixels as 0xAARRGGBB, colours multiplied by the opacity, each drawn as a sharp rectangle.
void apus_page_image(
    apus_page *page, const uint32_t *pixels, int columns, int rows, double x, double y,
    double width, double height);

/// Nothing is drawn outside of the rectangle until `apus_page_unclip`.
void apus_page_clip(apus_page *page, double x, double y, double width, double height);
void apus_page_unclip(apus_page *page);

/// Ends the drawing. The bytes of the file belong to the page; NULL when something failed, which
/// `apus_page_error` then names.
const uint8_t *apus_page_finish(apus_page *page, size_t *count);
const char *apus_page_error(const apus_page *page);
void apus_page_free(apus_page *page);
