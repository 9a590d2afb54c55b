//! A text as a QR code.

/// The picture as SVG, level M (WEB.md 9); empty where the text is too long.
pub fn svg(text: &str) -> String {
    use qrcode::render::svg;
    qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M).map_or_else(
        |_| String::new(),
        |code| {
            let image = code.render::<svg::Color<'_>>().min_dimensions(160, 160).build();
            image.split_once("?>").map_or(image.clone(), |(_, svg)| svg.to_owned())
        },
    )
}
