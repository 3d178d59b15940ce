//! Images: read once to be believed, freed from what they tell of people and places, and drawn in the sizes that pages need.

use std::io::Cursor;
use std::sync::Arc;

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader};
use img_parts::jpeg::{Jpeg, markers};
use img_parts::png::Png;
use img_parts::webp::WebP;
use platform::errors::GraphError;
use tokio::sync::Semaphore;

use crate::rules::{MediaType, Rendition, scaled};

/// Of JPEG and WebP, where a picture is drawn anew.
const QUALITY: u8 = 82;

/// The image cannot be read, or is larger than allowed.
#[derive(Debug, thiserror::Error)]
#[error("image: {0}")]
pub(crate) struct ImageError(String);

impl ImageError {
    fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// An image that can be shown to everybody.
#[derive(Debug)]
pub(crate) struct CleanImage {
    pub(crate) bytes: Bytes,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// Works on images away from the threads that answer requests, a bounded number at once.
#[derive(Clone)]
pub(crate) struct Images {
    workers: Arc<Semaphore>,
    most_pixels: u64,
}

impl Images {
    pub(crate) fn new(workers: usize, most_pixels: u64) -> Self {
        Self { workers: Arc::new(Semaphore::new(workers.max(1))), most_pixels }
    }

    /// The image without metadata, turned as its metadata said.
    pub(crate) async fn clean(
        &self,
        bytes: Bytes,
        media_type: MediaType,
    ) -> Result<Result<CleanImage, ImageError>, GraphError> {
        let most_pixels = self.most_pixels;
        self.work(move || clean(&bytes, media_type, most_pixels)).await
    }

    /// A picture of the image, as WebP.
    pub(crate) async fn draw(
        &self,
        bytes: Bytes,
        media_type: MediaType,
        rendition: Rendition,
    ) -> Result<Result<Bytes, ImageError>, GraphError> {
        let most_pixels = self.most_pixels;
        self.work(move || draw(&bytes, media_type, rendition, most_pixels)).await
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, GraphError> {
        let permit = Arc::clone(&self.workers).acquire_owned().await.map_err(GraphError::internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        done.await.map_err(GraphError::internal)
    }
}

fn format_of(media_type: MediaType) -> Result<ImageFormat, ImageError> {
    match media_type {
        MediaType::Jpeg => Ok(ImageFormat::Jpeg),
        MediaType::Png => Ok(ImageFormat::Png),
        MediaType::Webp => Ok(ImageFormat::WebP),
        MediaType::Pdf => Err(ImageError("a document is no image".to_owned())),
    }
}

/// Reads the whole image: what cannot be read to its end is refused now, not when somebody looks at it.
fn read(bytes: &[u8], media_type: MediaType, most_pixels: u64) -> Result<(DynamicImage, Orientation), ImageError> {
    let reader = ImageReader::with_format(Cursor::new(bytes), format_of(media_type)?);
    let mut decoder = reader.into_decoder().map_err(ImageError::of)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > most_pixels || width == 0 || height == 0 {
        return Err(ImageError(format!("{width} × {height} pixels")));
    }
    let orientation = decoder.orientation().map_err(ImageError::of)?;
    let image = DynamicImage::from_decoder(decoder).map_err(ImageError::of)?;
    Ok((image, orientation))
}

fn clean(bytes: &Bytes, media_type: MediaType, most_pixels: u64) -> Result<CleanImage, ImageError> {
    if media_type == MediaType::Jpeg && !ends(bytes) {
        return Err(ImageError("cut off".to_owned()));
    }
    let (mut image, orientation) = read(bytes, media_type, most_pixels)?;
    let bytes = if orientation == Orientation::NoTransforms {
        without_metadata(bytes, media_type)?
    } else {
        image.apply_orientation(orientation);
        write(&image, media_type)?
    };
    Ok(CleanImage { bytes, width: image.width(), height: image.height() })
}

/// Whether a JPEG's last scan comes to an end; the decoder paints what is missing grey.
fn ends(jpeg: &[u8]) -> bool {
    let last = |marker: u8| jpeg.windows(2).rposition(|pair| pair == [0xFF, marker]);
    last(markers::EOI) > last(markers::SOS)
}

/// The same picture, byte for byte, without EXIF, XMP, IPTC and comments. Colour profiles stay.
fn without_metadata(bytes: &Bytes, media_type: MediaType) -> Result<Bytes, ImageError> {
    match media_type {
        MediaType::Jpeg => {
            let mut jpeg = Jpeg::from_bytes(bytes.clone()).map_err(ImageError::of)?;
            let told = [markers::APP1, markers::APP13, markers::COM];
            jpeg.segments_mut().retain(|segment| !told.contains(&segment.marker()));
            Ok(jpeg.encoder().bytes())
        }
        MediaType::Png => {
            let mut png = Png::from_bytes(bytes.clone()).map_err(ImageError::of)?;
            let told = [*b"eXIf", *b"tEXt", *b"iTXt", *b"zTXt", *b"tIME"];
            png.chunks_mut().retain(|chunk| !told.contains(&chunk.kind()));
            Ok(png.encoder().bytes())
        }
        MediaType::Webp => {
            let mut webp = WebP::from_bytes(bytes.clone()).map_err(ImageError::of)?;
            webp.remove_chunks_by_id(*b"EXIF");
            webp.remove_chunks_by_id(*b"XMP ");
            Ok(webp.encoder().bytes())
        }
        MediaType::Pdf => Err(ImageError("a document is no image".to_owned())),
    }
}

fn write(image: &DynamicImage, media_type: MediaType) -> Result<Bytes, ImageError> {
    let mut bytes = Vec::new();
    match media_type {
        MediaType::Jpeg => {
            let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY + 10);
            image.to_rgb8().write_with_encoder(encoder).map_err(ImageError::of)?;
        }
        MediaType::Png => {
            image.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).map_err(ImageError::of)?;
        }
        MediaType::Webp => return Ok(to_webp(image)),
        MediaType::Pdf => return Err(ImageError("a document is no image".to_owned())),
    }
    Ok(bytes.into())
}

fn draw(bytes: &[u8], media_type: MediaType, rendition: Rendition, most_pixels: u64) -> Result<Bytes, ImageError> {
    let (image, _) = read(bytes, media_type, most_pixels)?;
    let size = (image.width(), image.height());
    let Rendition { width, height, top, .. } = rendition;
    // Only the rows that this section shows are scaled, with the fractions of rows that it begins and ends in.
    let drawn_height = f64::from(scaled(size, width));
    let row = |drawn: u32| f64::from(drawn) * f64::from(size.1) / drawn_height;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rows of the image")]
    let (first, end) = (row(top).floor() as u32, (row(top + height).ceil() as u32).min(size.1));
    let part = image.crop_imm(0, first, size.0, end - first);
    let drawn = if (part.width(), part.height()) == (width, height) {
        part
    } else {
        part.resize_exact(width, height, FilterType::CatmullRom)
    };
    Ok(to_webp(&drawn))
}

fn to_webp(image: &DynamicImage) -> Bytes {
    let quality = f32::from(QUALITY);
    let (width, height) = (image.width(), image.height());
    let drawn = if image.color().has_alpha() {
        webp::Encoder::from_rgba(image.to_rgba8().as_raw(), width, height).encode(quality)
    } else {
        webp::Encoder::from_rgb(image.to_rgb8().as_raw(), width, height).encode(quality)
    };
    Bytes::copy_from_slice(&drawn)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]
mod tests {
    use super::*;
    use crate::rules::renditions;
    use img_parts::{ImageEXIF as _, ImageICC as _};

    const MANY: u64 = 1_000_000;

    /// A picture whose left half is red and whose right half is blue.
    fn picture(width: u32, height: u32) -> DynamicImage {
        let colour = |x, _| if x < width / 2 { image::Rgb([220, 10, 10]) } else { image::Rgb([10, 10, 220]) };
        DynamicImage::ImageRgb8(image::RgbImage::from_fn(width, height, colour))
    }

    fn bytes_of(image: &DynamicImage, format: ImageFormat) -> Bytes {
        let mut bytes = Vec::new();
        image.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
        bytes.into()
    }

    /// EXIF with an orientation and a place.
    fn exif(orientation: u8) -> Bytes {
        let mut exif = b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        exif.extend(b"GPS 37.5665 126.9780");
        exif.into()
    }

    #[test]
    fn metadata_goes_and_the_picture_stays() {
        let plain = picture(40, 20);
        let mut jpeg = Jpeg::from_bytes(bytes_of(&plain, ImageFormat::Jpeg)).unwrap();
        jpeg.set_exif(Some(exif(1)));
        jpeg.set_icc_profile(Some(Bytes::from_static(b"profile")));
        let cleaned = clean(&jpeg.clone().encoder().bytes(), MediaType::Jpeg, MANY).unwrap();
        let after = Jpeg::from_bytes(cleaned.bytes.clone()).unwrap();
        assert_eq!((after.exif(), after.icc_profile()), (None, Some(Bytes::from_static(b"profile"))));
        assert!(!cleaned.bytes.windows(3).any(|part| part == b"GPS"));
        let (before, _) = read(&jpeg.encoder().bytes(), MediaType::Jpeg, MANY).unwrap();
        assert_eq!(read(&cleaned.bytes, MediaType::Jpeg, MANY).unwrap().0, before);

        let mut png = Png::from_bytes(bytes_of(&plain, ImageFormat::Png)).unwrap();
        png.set_exif(Some(exif(1)));
        let cleaned = clean(&png.encoder().bytes(), MediaType::Png, MANY).unwrap();
        assert_eq!(Png::from_bytes(cleaned.bytes.clone()).unwrap().exif(), None);
        assert_eq!(read(&cleaned.bytes, MediaType::Png, MANY).unwrap().0, plain);

        let mut webp = WebP::from_bytes(to_webp(&plain)).unwrap();
        webp.set_exif(Some(exif(1)));
        let cleaned = clean(&webp.encoder().bytes(), MediaType::Webp, MANY).unwrap();
        assert!(!cleaned.bytes.windows(3).any(|part| part == b"GPS"));
        assert_eq!((cleaned.width, cleaned.height), (40, 20));
    }

    #[test]
    fn pictures_are_turned_as_the_camera_said() {
        let mut jpeg = Jpeg::from_bytes(bytes_of(&picture(40, 20), ImageFormat::Jpeg)).unwrap();
        // 6: the camera was turned; the left of the stored picture is its top.
        jpeg.set_exif(Some(exif(6)));
        let cleaned = clean(&jpeg.encoder().bytes(), MediaType::Jpeg, MANY).unwrap();
        assert_eq!((cleaned.width, cleaned.height), (20, 40));
        let (turned, orientation) = read(&cleaned.bytes, MediaType::Jpeg, MANY).unwrap();
        assert_eq!(orientation, Orientation::NoTransforms);
        let turned = turned.to_rgb8();
        assert!(turned.get_pixel(10, 5).0[0] > 150 && turned.get_pixel(10, 35).0[2] > 150);
    }

    #[test]
    fn what_cannot_be_read_or_is_too_large_is_refused() {
        let jpeg = bytes_of(&picture(400, 300), ImageFormat::Jpeg);
        assert!(clean(&jpeg, MediaType::Jpeg, 400 * 300).is_ok());
        assert!(clean(&jpeg, MediaType::Jpeg, 400 * 300 - 1).is_err());
        assert!(clean(&jpeg.slice(..jpeg.len() / 2), MediaType::Jpeg, MANY).is_err());
        let png = bytes_of(&picture(400, 300), ImageFormat::Png);
        assert!(clean(&png.slice(..png.len() / 2), MediaType::Png, MANY).is_err());
        assert!(clean(&Bytes::from_static(b"\x89PNG\r\n\x1a\nnothing"), MediaType::Png, MANY).is_err());
    }

    #[test]
    fn sections_show_the_image_from_top_to_bottom() {
        // A tall picture that is red above and blue below the middle.
        let colour = |_, y| if y < 5_000 { image::Rgb([220, 10, 10]) } else { image::Rgb([10, 10, 220]) };
        let tall = bytes_of(&DynamicImage::ImageRgb8(image::RgbImage::from_fn(160, 10_000, colour)), ImageFormat::Png);
        let sections = renditions((160, 10_000), 160).unwrap();
        assert_eq!(sections.len(), 3);
        let drawn: Vec<image::RgbImage> = sections
            .iter()
            .map(|section| {
                let bytes = draw(&tall, MediaType::Png, *section, 10_000_000).unwrap();
                image::load_from_memory_with_format(&bytes, ImageFormat::WebP).unwrap().to_rgb8()
            })
            .collect();
        assert_eq!(drawn.iter().map(image::RgbImage::height).collect::<Vec<_>>(), [4_096, 4_096, 1_808]);
        let red = |section: usize, y| drawn[section].get_pixel(80, y).0[0] > 150;
        assert!(red(0, 4_000) && red(1, 800) && !red(1, 1_000) && !red(2, 100));
    }
}
