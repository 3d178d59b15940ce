//! A picture of an image: drawn when it is first asked for, and kept.

use bytes::Bytes;
use platform::errors::GraphError;

use super::Files;
use crate::model::ContentRow;
use crate::objects::{Read, content, rendition};
use crate::rules::{MediaType, Rendition};

/// The picture as WebP; `None` when the image's bytes are gone.
pub(crate) async fn draw_rendition(
    files: &Files,
    image: &ContentRow,
    drawn: Rendition,
) -> Result<Option<Bytes>, GraphError> {
    let path = rendition(image.id, drawn);
    if let Some(Read::Bytes(bytes)) = files.objects.read(&path, u64::MAX).await? {
        return Ok(Some(bytes));
    }
    let Some(Read::Bytes(bytes)) = files.objects.read(&content(image.id), u64::MAX).await? else { return Ok(None) };
    let Some(media_type) = MediaType::ALL.into_iter().find(|known| known.as_str() == image.media_type) else {
        return Ok(None);
    };
    let bytes = files.images.draw(bytes, media_type, drawn).await?.map_err(GraphError::internal)?;
    metrics::counter!("file_renditions_drawn_total").increment(1);
    files.objects.write(&path, bytes.clone()).await?;
    Ok(Some(bytes))
}
