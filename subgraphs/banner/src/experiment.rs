//! Which of a banner's variants does better: a two-proportion z-test. Pure.
//!
//! Rates of clicks are compared two-sidedly with a pooled variance. A variant is stopped when the best one beats it at the
//! wanted confidence, which is divided among the comparisons (Bonferroni), and both were seen often enough. Looking again
//! and again finds a difference where there is none more often than a single look; the minimum sample keeps that small.

/// How often a variant was seen and followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sample {
    pub(crate) impressions: i64,
    pub(crate) clicks: i64,
}

impl Sample {
    /// Clicks for each impression; a click without its impression counts as one.
    #[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    fn rate(self) -> f64 {
        if self.impressions <= 0 { 0.0 } else { (self.clicks as f64 / self.impressions as f64).clamp(0.0, 1.0) }
    }
}

/// The z-score of the difference of two rates; `None` where it has none: nothing was seen, or nobody or everybody clicked.
#[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
pub(crate) fn z_score(first: Sample, second: Sample) -> Option<f64> {
    if first.impressions <= 0 || second.impressions <= 0 {
        return None;
    }
    let (seen_first, seen_second) = (first.impressions as f64, second.impressions as f64);
    let pooled = (first.rate() * seen_first + second.rate() * seen_second) / (seen_first + seen_second);
    let deviation = (pooled * (1.0 - pooled) * (1.0 / seen_first + 1.0 / seen_second)).sqrt();
    (deviation > 0.0).then(|| (first.rate() - second.rate()) / deviation)
}

/// How likely a difference at least as large is by chance alone, to either side.
pub(crate) fn p_value(z: f64) -> f64 {
    libm::erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// When a difference is believed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standard {
    /// How sure it must be, in percent, 80–99.
    pub(crate) confidence_percent: i32,
    /// How often each of the two must have been seen.
    pub(crate) minimum_sample: i32,
}

/// The places of those variants that the best one beats; empty while nothing is sure.
pub(crate) fn losers(samples: &[Sample], standard: Standard) -> Vec<usize> {
    let enough = |sample: &Sample| sample.impressions >= i64::from(standard.minimum_sample);
    let best = (0..samples.len())
        .filter(|place| enough(&samples[*place]))
        .max_by(|first, second| samples[*first].rate().total_cmp(&samples[*second].rate()));
    let Some(best) = best else { return Vec::new() };
    let comparisons = f64::from(u32::try_from(samples.len().saturating_sub(1).max(1)).unwrap_or(u32::MAX));
    let chance = (1.0 - f64::from(standard.confidence_percent) / 100.0) / comparisons;
    let beaten = |place: &usize| {
        let score = z_score(samples[best], samples[*place]);
        *place != best && enough(&samples[*place]) && score.is_some_and(|z| z > 0.0 && p_value(z) < chance)
    };
    (0..samples.len()).filter(beaten).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(impressions: i64, clicks: i64) -> Sample {
        Sample { impressions, clicks }
    }

    fn near(value: f64, expected: f64) -> bool {
        (value - expected).abs() < 1e-4
    }

    #[test]
    fn known_values() {
        // 20 % against 15 % of 1,000 each, by hand: 0.05 / √(0.175 · 0.825 · 0.002).
        let z = z_score(sample(1_000, 200), sample(1_000, 150)).unwrap();
        assert!(near(z, 2.942_45), "{z}");
        assert!(near(p_value(z), 0.003_256), "{}", p_value(z));
        // Unequal samples: 35/500 against 41/900.
        let z = z_score(sample(500, 35), sample(900, 41)).unwrap();
        assert!(near(z, 1.934_19), "{z}");
        // The normal distribution's own table.
        for (z, p) in [(0.0, 1.0), (1.0, 0.317_311), (1.644_854, 0.1), (1.959_964, 0.05), (2.575_829, 0.01)] {
            assert!(near(p_value(z), p) && near(p_value(-z), p), "{z}");
        }
        assert!(near(z_score(sample(10, 3), sample(10, 3)).unwrap(), 0.0));
    }

    #[test]
    fn nothing_is_said_of_nothing() {
        assert_eq!(z_score(sample(0, 0), sample(100, 5)), None);
        assert_eq!(z_score(sample(100, 0), sample(100, 0)), None);
        assert_eq!(z_score(sample(100, 100), sample(100, 100)), None);
        // More clicks than impressions are no rate above one.
        assert_eq!(z_score(sample(100, 150), sample(100, 100)), None);
    }

    #[test]
    fn losers_are_found_when_it_is_sure() {
        let standard = |confidence_percent, minimum_sample| Standard { confidence_percent, minimum_sample };
        let two = [sample(1_000, 200), sample(1_000, 150)];
        assert_eq!(losers(&two, standard(99, 1_000)), [1]);
        assert_eq!(losers(&two, standard(99, 1_001)), Vec::<usize>::new(), "too few");
        assert_eq!(losers(&[two[1], two[0]], standard(95, 100)), [0]);
        assert_eq!(losers(&[sample(1_000, 165), two[1]], standard(95, 100)), Vec::<usize>::new(), "not sure");
        // p is 0.027: enough for one comparison at 95 %, not for one of two.
        let close = [sample(1_000, 187), sample(1_000, 150)];
        assert_eq!(losers(&close, standard(95, 100)), [1]);
        assert_eq!(losers(&[close[0], close[1], sample(1_000, 180)], standard(95, 100)), Vec::<usize>::new());
        // A variant that has just begun is neither best nor beaten.
        assert_eq!(losers(&[two[0], two[1], sample(10, 9)], standard(95, 100)), [1]);
        assert_eq!(losers(&[], standard(95, 100)), Vec::<usize>::new());
        assert_eq!(losers(&[two[0]], standard(95, 100)), Vec::<usize>::new());
    }
}
