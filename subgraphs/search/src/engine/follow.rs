//! Builds the index of the service's own tables, and follows their change sequence. Each replica does so by itself, and
//! keeps nothing: after a restart the index is built again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use platform::database::Database;
use tantivy::IndexWriter;
use tokio_util::sync::CancellationToken;

use super::build::Build;
use super::reading::Synonyms;
use super::{Engine, Standing};
use crate::model::ProductRow;
use crate::settings::SearchSettings;
use crate::store;

/// How many rows are read at once.
const PAGE: i64 = 2_000;
/// How many groups of synonyms are applied.
const MOST_SYNONYMS: i64 = 5_000;

/// What keeps an index from following.
#[derive(Debug, thiserror::Error)]
enum FollowError {
    #[error("database: {0}")]
    Pool(#[from] platform::database::PoolError),
    #[error("database: {0}")]
    Query(#[from] diesel::result::Error),
    #[error("index: {0}")]
    Index(#[from] tantivy::TantivyError),
    #[error("index: {0}")]
    Task(#[from] tokio::task::JoinError),
}

/// Keeps the engine's index as the tables are, until `shutdown`.
pub(crate) async fn follow(engine: Engine, database: Database, settings: SearchSettings, shutdown: CancellationToken) {
    let mut follower = Follower { engine: engine.clone(), database, settings, pen: None, synonyms: 0 };
    while !shutdown.is_cancelled() {
        if let Err(error) = follower.look().await {
            // What was written without being seen is lost with its pen; building anew has it all.
            tracing::warn!(%error, "the search index will be built anew");
            follower.pen = None;
            follower.synonyms = 0;
            engine.standing.send_modify(|standing| standing.generation = 0);
        }
        tokio::select! {
            () = tokio::time::sleep(follower.settings.follow_interval) => {}
            () = engine.wake.notified() => {}
            () = shutdown.cancelled() => {}
        }
    }
}

/// What an index is written with, and since when it rests.
struct Pen {
    writer: IndexWriter,
    rests_since: Instant,
}

struct Follower {
    engine: Engine,
    database: Database,
    settings: SearchSettings,
    pen: Option<Pen>,
    /// The state of the synonyms that the engine has.
    synonyms: i64,
}

impl Follower {
    async fn look(&mut self) -> Result<(), FollowError> {
        let (last, generation, synonyms) = store::index_order(&mut *self.database.connection().await?).await?;
        if synonyms != self.synonyms {
            let rows = store::synonyms(&mut *self.database.connection().await?, MOST_SYNONYMS).await?;
            self.engine.synonyms.store(Some(Arc::new(Synonyms::new(&rows))));
            self.tell(self.engine.standing());
            self.synonyms = synonyms;
        }
        let standing = self.engine.standing();
        match self.engine.current.load_full() {
            Some(build) if standing.generation == generation => {
                if last.unwrap_or(0) > standing.change {
                    self.go_on(build, standing).await?;
                } else if self.pen.as_ref().is_some_and(|pen| pen.rests_since.elapsed() > self.settings.writer_idle) {
                    self.rest(build).await?;
                }
                Ok(())
            }
            _ => self.build(generation).await,
        }
    }

    /// Builds an index beside the one in use, which it takes the place of.
    async fn build(&mut self, generation: i64) -> Result<(), FollowError> {
        let began = Instant::now();
        let build = Arc::new(Build::new()?);
        let writer = build.bulk_writer(self.settings.writer_memory)?;
        self.pen = Some(Pen { writer, rests_since: began });
        let standing = Standing { generation, ..Standing::default() };
        let standing = self.write_from(&build, standing).await?;
        if let Some(pen) = self.pen.take() {
            let build = Arc::clone(&build);
            tokio::task::spawn_blocking(move || build.finish(pen.writer)).await??;
        }
        self.engine.current.store(Some(build));
        self.tell(Standing { built_in: began.elapsed(), ..standing });
        metrics::histogram!("search_build_seconds").record(began.elapsed());
        tracing::info!(
            documents = standing.documents,
            milliseconds = began.elapsed().as_millis(),
            "search index built"
        );
        Ok(())
    }

    async fn go_on(&mut self, build: Arc<Build>, standing: Standing) -> Result<(), FollowError> {
        let standing = self.write_from(&build, standing).await?;
        self.tell(standing);
        Ok(())
    }

    /// Says how the index stands now; answers from before are forgotten.
    fn tell(&self, standing: Standing) {
        let revision = self.engine.standing().revision + 1;
        self.engine.standing.send_replace(Standing { revision, ..standing });
        self.engine.answers.forget_all();
        #[allow(clippy::cast_precision_loss, reason = "a gauge")]
        metrics::gauge!("search_documents").set(standing.documents as f64);
    }

    /// Writes all rows after the standing's change, and lets searches see them.
    async fn write_from(&mut self, build: &Arc<Build>, mut standing: Standing) -> Result<Standing, FollowError> {
        loop {
            let rows = store::changed_after(&mut *self.database.connection().await?, standing.change, PAGE).await?;
            let Some(last) = rows.last() else { break };
            standing.change = last.change;
            let full = rows.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
            self.write(build, rows).await?;
            if !full {
                break;
            }
        }
        if let Some(mut pen) = self.pen.take() {
            let build = Arc::clone(build);
            let written = tokio::task::spawn_blocking(move || build.commit(&mut pen.writer).map(|()| pen));
            self.pen = Some(written.await??);
        }
        standing.documents = build.documents();
        Ok(standing)
    }

    async fn write(&mut self, build: &Arc<Build>, rows: Vec<ProductRow>) -> Result<(), FollowError> {
        let pen = self.pen.take();
        let (build, memory) = (Arc::clone(build), self.settings.writer_memory);
        let written = tokio::task::spawn_blocking(move || {
            let writer = match pen {
                Some(pen) => pen.writer,
                None => build.writer(memory)?,
            };
            build.write(&writer, &rows)?;
            Ok::<_, tantivy::TantivyError>(Pen { writer, rests_since: Instant::now() })
        });
        self.pen = Some(written.await??);
        Ok(())
    }

    /// Lets the writer and its memory go.
    async fn rest(&mut self, build: Arc<Build>) -> Result<(), FollowError> {
        if let Some(pen) = self.pen.take() {
            tokio::task::spawn_blocking(move || build.let_go(pen.writer)).await??;
        }
        Ok(())
    }
}

/// How long things took, for reports.
impl Standing {
    pub(crate) fn built_in_milliseconds(self) -> i64 {
        i64::try_from(self.built_in.min(Duration::from_secs(86_400)).as_millis()).unwrap_or(i64::MAX)
    }
}
