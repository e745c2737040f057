"""Calibration: which beliefs about usual practice reproduce the official figures, and what stays uncertain.

A calibration folder (manifest ``kind`` is "calibrate") holds these tables. *Figure* means one published
value; a target may have several (shares by age). Intervals are 5th to 95th centiles.

``runs``: every trial of every wave, one row a replicate: wave, point, replicate, id, status ("done" or
"failed"), reason, one column for each parameter varied, one for each measure (as simulated, whole period).

``draws``: the weighted posterior, one row a simulated trial of the last wave: wave, point, weight (sums to 1),
distance (root mean square over the fitted figures, in tolerances), one column for each parameter varied,
natural units.

``predictive``: what those draws say: wave, point, weight, one column for each measure, mean over replicates,
not yet on the published footing (``Target.on_published_footing``).

``contraction``: parameter, path, kind, group, link, heading, grade, unit, meaning, strength (bool), prior_mean,
prior_sd, prior_low, prior_high, posterior_mean, posterior_sd, posterior_low, posterior_high, contraction
(1 - posterior variance / prior variance; below 0 when the data widened it), noise (the contraction that luck
of the weights alone gives), identified (words: "identified", "hardly identified" or "not identified by usual
practice data: keeps its prior").

``fit``: target, measure, validate (bool: not used for the fit), official, tolerance, authorities_low,
authorities_high (10th to 90th centile of authorities, NaN when unknown), unit, year, grade, source, note,
prior_mean, prior_low, prior_high (trials of the first wave), simulated (posterior mean, published footing), low,
high (parameter uncertainty only), low_with_luck, high_with_luck (and the luck of one authority over the period),
luck (standard deviation over replicates), distance ((simulated - official) / tolerance), inside (bool: official
within low_with_luck to high_with_luck), emulator_q2.

``emulators``: wave, measure, q2 (share of the variance of held-out trials that is predicted), error (root mean
square of the held-out error, in tolerances), luck (standard deviation that luck leaves in a trial's mean, in tolerances).

``waves``: wave, trials, failed, replicates, figures_within_2 (mean over trials), distance_median,
distance_smallest, effective (effective sample size of the weights; NaN for waves that only explore).

``recovery``: truth, parameter, true, mean, low_50, high_50, low_90, high_90, covered_50, covered_90.

``coverage``: parameter (the last row is "all parameters"), truths, coverage_50, coverage_90, contraction (mean
over truths), identified (words as above).
"""

from __future__ import annotations
