//! The product's color, made readable: darker on light backgrounds and lighter on dark ones, if it has to be.

/// The contrast that text needs
/// ([WCAG 2.2, 1.4.3](https://www.w3.org/TR/WCAG22/#contrast-minimum)).
const CONTRAST: f32 = 4.5;
/// What text in the accent is shown on, of each theme the background with the least contrast: `--vestibule-soft`
/// in style/vestibule.css.
const LIGHT: Rgb = Rgb([0xf1, 0xf3, 0xf7]);
const DARK: Rgb = Rgb([0x20, 0x24, 0x2d]);
/// A color is mixed with black or white in so many steps.
const STEPS: u16 = 32;
/// The steps to the color of a button under the pointer.
const STRONGER: u16 = 6;

/// A color without transparency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb([u8; 3]);

/// The accent in one theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accent {
    pub color: Rgb,
    /// For what is under the pointer.
    pub strong: Rgb,
}

/// The accent in both themes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accents {
    pub light: Accent,
    pub dark: Accent,
}

impl Rgb {
    /// Reads `#rgb` or `#rrggbb`.
    pub fn parse(text: &str) -> Option<Rgb> {
        let digits = text.strip_prefix('#')?;
        let value = u32::from_str_radix(digits, 16).ok()?;
        let channel = |shift: u32, mask: u32| (value >> shift & mask) as u8;
        match digits.len() {
            3 => Some(Rgb([8, 4, 0].map(|shift| channel(shift, 0xf) * 0x11))),
            6 => Some(Rgb([16, 8, 0].map(|shift| channel(shift, 0xff)))),
            _ => None,
        }
    }

    /// The color as CSS reads it.
    pub fn css(self) -> String {
        let [r, g, b] = self.0;
        // Without formatting of hexadecimal numbers, which the page doesn't need otherwise.
        [
            "rgb(",
            &r.to_string(),
            " ",
            &g.to_string(),
            " ",
            &b.to_string(),
            ")",
        ]
        .concat()
    }

    /// The relative luminance
    /// ([WCAG 2.2](https://www.w3.org/TR/WCAG22/#dfn-relative-luminance)).
    fn luminance(self) -> f32 {
        let [r, g, b] = self.0.map(|channel| {
            let channel = f32::from(channel) / 255.0;
            if channel <= 0.04045 {
                channel / 12.92
            } else {
                ((channel + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// The contrast ratio, from 1 to 21
    /// ([WCAG 2.2](https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)).
    pub fn contrast(self, other: Rgb) -> f32 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Mixes the color with another: all of it after the last step.
    fn toward(self, other: u8, step: u16) -> Rgb {
        Rgb(self.0.map(|channel| {
            let mixed = u16::from(channel) * (STEPS - step) + u16::from(other) * step;
            (mixed / STEPS) as u8
        }))
    }

    /// The nearest mixture with `end`, which is black or white, that can be read on this background.
    fn readable_on(self, background: Rgb, end: u8) -> Accent {
        let mut steps = 0..STEPS;
        let is_readable = |step: &u16| self.toward(end, *step).contrast(background) >= CONTRAST;
        let step = steps.find(is_readable).unwrap_or(STEPS);
        let color = self.toward(end, step);
        Accent {
            color,
            strong: color.toward(end, STRONGER),
        }
    }
}

impl Accents {
    /// Makes both from the configured color.
    pub fn new(color: Rgb) -> Accents {
        Accents {
            light: color.readable_on(LIGHT, 0),
            dark: color.readable_on(DARK, 0xff),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rgb(text: &str) -> Rgb {
        Rgb::parse(text).unwrap()
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        let most = rgb("#000").contrast(rgb("#fff"));
        assert!((most - 21.0).abs() < 0.001, "{most}");
        let known = rgb("#777").contrast(rgb("#ffffff"));
        assert!((known - 4.48).abs() < 0.01, "{known}");
    }

    #[test]
    fn every_accent_can_be_read_in_both_themes_and_has_readable_text_on_it() {
        for r in (0..=0xff).step_by(0x33) {
            for g in (0..=0xff).step_by(0x33) {
                for b in (0..=0xff).step_by(0x33) {
                    let Accents { light, dark } = Accents::new(Rgb([r, g, b]));
                    for color in [light.color, light.strong] {
                        for other in ["#fff", "#f6f7f9", "#f1f3f7"] {
                            assert!(color.contrast(rgb(other)) >= 4.5, "{color:?} {other}");
                        }
                    }
                    for color in [dark.color, dark.strong] {
                        for other in ["#14171f", "#15181e", "#20242d", "#0b0d11"] {
                            assert!(color.contrast(rgb(other)) >= 4.5, "{color:?} {other}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_readable_color_stays_as_it_is() {
        assert_eq!(Accents::new(rgb("#0a6b4a")).light.color, rgb("#0a6b4a"));
        assert_eq!(Accents::new(rgb("#aab4ff")).dark.color, rgb("#aab4ff"));
        assert_ne!(Accents::new(rgb("#ffcc00")).light.color, rgb("#ffcc00"));
    }

    #[test]
    fn reads_short_and_long_colors() {
        assert_eq!(rgb("#0a7"), rgb("#00aa77"));
        assert_eq!(rgb("#0A7D55").css(), "rgb(10 125 85)");
        for text in ["", "#", "0a7d55", "#1234", "#ggg", "#0a7d551"] {
            assert_eq!(Rgb::parse(text), None, "{text}");
        }
    }
}
