"""Reference values of the tests in libs/analytics/statistics.

Run: python -m venv venv && venv/bin/pip install scipy==1.17.1 statsmodels==0.15.0 scikit-learn==1.9.1
     venv/bin/python statistics.py
Each line is the call in short and what it gave; the tests hold these numbers as literals.
"""

import itertools
import math

import numpy as np
import statsmodels.api as sm
from scipy import optimize, stats
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats import contingency_tables, inter_rater, multitest, power
from statsmodels.stats.proportion import proportion_confint

A = np.array([0.9, 0.4, 0.75, 0.6, 1.0, 0.3, 0.85, 0.5, 0.7, 0.95, 0.2, 0.65])
B = np.array([0.7, 0.45, 0.5, 0.6, 0.8, 0.35, 0.8, 0.4, 0.75, 0.6, 0.1, 0.7])
CLUSTERS = np.array([0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 4])
COST = np.array([0.012, 0.034, 0.008, 0.051, 0.02, 0.017, 0.009, 0.044, 0.013, 0.028, 0.03, 0.011])
RIGHT = np.array([1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1])


def show(name, *values):
    flat = [float(v) for value in values for v in np.ravel(value)]
    print(f"{name}: {', '.join(repr(v) for v in flat)}")


# Student
for level, df in [(0.975, 1), (0.975, 2), (0.975, 11), (0.975, 149), (0.995, 7.3), (0.6, 30)]:
    show(f"stats.t.ppf({level}, {df})", stats.t.ppf(level, df))

# Mean
show("np.mean, np.var(ddof=1), stats.sem(A)", A.mean(), A.var(ddof=1), stats.sem(A))
show("stats.t.interval(0.95, 11, A.mean(), stats.sem(A))", stats.t.interval(0.95, 11, A.mean(), stats.sem(A)))


def clustered(values, groups):
    fit = sm.OLS(values, np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds={"groups": groups}, use_t=True
    )
    return fit.params, fit.bse, fit.pvalues, fit.conf_int()


show("sm.OLS(A, 1).fit(cov_type='cluster', groups, use_t=True)", *clustered(A, CLUSTERS))
show("sm.OLS(A - B, 1).fit(cov_type='cluster', groups, use_t=True)", *clustered(A - B, CLUSTERS))


def fieller(x, y):
    """All ratios that ttest_1samp(x - ratio * y, 0) does not reject at 5 %."""
    ratio = x.sum() / y.sum()

    def p(theta):
        return stats.ttest_1samp(x - theta * y, 0).pvalue - 0.05

    return (
        ratio,
        optimize.brentq(p, ratio / 10, ratio, xtol=1e-15, rtol=1e-15),
        optimize.brentq(p, ratio, ratio * 10, xtol=1e-15, rtol=1e-15),
    )


show("fieller(COST, RIGHT)", fieller(COST, RIGHT))

# Wilson, and Student from mean, variance and n
for successes, n, level in [(0, 10, 0.95), (10, 10, 0.95), (1, 1, 0.95), (0, 1, 0.95), (5, 10, 0.95), (742, 1319, 0.95),
                            (286, 1319, 0.95), (7, 20, 0.9), (999, 1000, 0.99), (1, 100_000, 0.95)]:
    show(f"proportion_confint({successes}, {n}, {1 - level:.2f}, 'wilson')",
         proportion_confint(successes, n, alpha=1 - level, method="wilson"))
for mean, variance, n, level in [(0.5, 0.25, 10, 0.95), (0.62, 0.04, 2, 0.95), (0.7, 0.09, 150, 0.95),
                                 (0.7, 0.09, 150, 0.99), (12.5, 4, 5, 0.9), (0.3, 0.01, 10_000, 0.95)]:
    show(f"stats.t.interval({level}, {n - 1}, {mean}, sqrt({variance} / {n}))",
         stats.t.interval(level, n - 1, mean, math.sqrt(variance / n)))

# Ratios of sums over clusters: fieller of the totals
show("fieller(totals of COST, totals of RIGHT by CLUSTERS)",
     fieller(np.bincount(CLUSTERS, COST), np.bincount(CLUSTERS, RIGHT)))


def mover(x, y):
    """Zou & Donner 2008: of a difference, from (value, low, high) of both."""
    return (x[0] - y[0] - math.hypot(x[0] - x[1], y[2] - y[0]), x[0] - y[0] + math.hypot(x[2] - x[0], y[0] - y[1]))


def mover_r(x, y):
    """Donner & Zou 2012 by its definition: the r at which an end of mover(x, r * y) is 0."""
    ratio = x[0] / y[0]

    def end(r, which):
        return mover(x, tuple(r * v for v in y))[which]

    return (optimize.brentq(lambda r: end(r, 0), 0, ratio, xtol=1e-15, rtol=1e-15),
            optimize.brentq(lambda r: end(r, 1), ratio, ratio * 100, xtol=1e-15, rtol=1e-15))


for x, y in [((10, 7, 14), (5, 1, 8)), ((100, 90, 120), (80, 70, 95)), ((100, 90, 120), (80, 70, 200))]:
    show(f"mover, mover_r({x}, {y})", mover(x, y), mover_r(x, y))

# Quantiles
SERIES = np.array([(i * 37) % 101 for i in range(400)]) * 1.5 + np.arange(400) / 7
for level in [0.5, 0.9, 0.95, 0.99]:
    ci = stats.quantile_test(SERIES, p=level).confidence_interval(0.95)
    show(f"np.quantile, stats.quantile_test(SERIES, p={level})", np.quantile(SERIES, level), ci.low, ci.high)

# Comparison
t = stats.ttest_rel(A, B)
show("stats.ttest_rel(A, B)", t.statistic, t.pvalue, t.confidence_interval(0.95))
show("stats.pearsonr(A, B)", stats.pearsonr(A, B), stats.pearsonr(A, B).confidence_interval(0.95))
show("stats.spearmanr(A, B)", stats.spearmanr(A, B))
rho = stats.spearmanr(A, B).statistic
half = stats.norm.ppf(0.975) * math.sqrt((1 + rho**2 / 2) / (len(A) - 3))
show("tanh(atanh(rho) -+ norm.ppf(0.975) * sqrt((1 + rho^2 / 2) / (n - 3)))",
     math.tanh(math.atanh(rho) - half), math.tanh(math.atanh(rho) + half))
w = stats.ttest_ind(A, B[:9], equal_var=False)
show("stats.ttest_ind(A, B[:9], equal_var=False)", w.pvalue, w.df, w.confidence_interval(0.95))
for wins, losses in [(3, 9), (0, 5), (40, 25), (7, 7), (320, 250)]:
    show(f"mcnemar([[9, {wins}], [{losses}, 9]], exact=True)",
         contingency_tables.mcnemar([[9, wins], [losses, 9]], exact=True).pvalue)


def bonett_price(wins, losses, n):
    won, lost = (wins + 1) / (n + 2), (losses + 1) / (n + 2)
    half = stats.norm.ppf(0.975) * math.sqrt((won + lost - (won - lost) ** 2) / (n + 2))
    return won - lost - half, won - lost + half


for case in [(15, 5, 100), (0, 0, 30)]:
    show(f"bonett_price{case}", bonett_price(*case))

P = [0.01, 0.04, 0.03, 0.005, 0.6, 0.04]
show("multipletests(P, method='holm')", multitest.multipletests(P, method="holm")[1])
show("multipletests(P, method='fdr_bh')", multitest.multipletests(P, method="fdr_bh")[1])

LONG = (((np.arange(800) * 7919) % 1009) / 1009) ** 2 * 0.6 - 0.16
boot = stats.bootstrap((LONG,), np.mean, n_resamples=400_000, method="BCa", batch=2000,
                       rng=np.random.default_rng(1))
show("stats.bootstrap(LONG, np.mean, 400000, BCa)", boot.confidence_interval)

# Power
show("normal_sample_size_one_tail(0.05, 0.8, 0.025, sqrt(0.3), sqrt(0.3))",
     power.normal_sample_size_one_tail(0.05, 0.8, 0.025, math.sqrt(0.3), math.sqrt(0.3)))
show("(norm.ppf(0.975) + norm.ppf(0.8)) * sqrt(0.3 / 1000)",
     (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) * math.sqrt(0.3 / 1000))



def equivalence_n(effect, margin, variance, power=0.8):
    """At which n the whole 95 % interval is within the margin with that power."""
    def lacking(n):
        s = math.sqrt(variance / n)
        z = stats.norm.ppf(0.975)
        return stats.norm.cdf((margin - effect) / s - z) + stats.norm.cdf((margin + effect) / s - z) - 1 - power

    return optimize.brentq(lacking, 10, 1e7, xtol=1e-9)


for case in [(0, 0.03, 0.16), (0.01, 0.025, 0.04), (0.02, 0.03, 0.16)]:
    show(f"equivalence_n{case}", equivalence_n(*case))

# Epochs
GROUPS = [[0.9, 0.8, 1.0], [0.2, 0.4], [0.5, 0.6, 0.4, 0.7], [0.1], [0.95, 0.85, 0.9]]
codes = np.repeat(np.arange(5), [len(g) for g in GROUPS])
flat = np.concatenate(GROUPS)
dummies = (codes[:, None] == np.arange(5)).astype(float)
fit = sm.OLS(flat, dummies).fit()
msw = fit.mse_resid
msb = (fit.centered_tss - fit.ssr) / 4 if fit.k_constant else np.nan
if np.isnan(msb):
    msb = (((flat - flat.mean()) ** 2).sum() - fit.ssr) / 4
k0 = (len(flat) - sum(len(g) ** 2 for g in GROUPS) / len(flat)) / 4
show("stats.f_oneway(*GROUPS) = MSB / MSW", stats.f_oneway(*GROUPS).statistic, msb / msw)
show("MSW of sm.OLS(scores, dummies), (MSB - MSW) / k0", msw, (msb - msw) / k0)
show("inter_rater.aggregate/fleiss P_i mean", np.mean([
    sum(c * (c - 1) for c in row) / (sum(row) * (sum(row) - 1)) for row in [[3, 1], [4, 0], [2, 2]]]))
for n, c, k in [(10, 3, 5), (10, 8, 5), (5, 1, 2)]:
    show(f"1 - hypergeom({n}, {c}, {k}).pmf(0), .pmf({k})",
         1 - stats.hypergeom(n, c, k).pmf(0), stats.hypergeom(n, c, k).pmf(k))

# Ranking
COLUMNS = np.array([
    [1, 0, 1, 1, 0.5, 1, 0, 1, 1, 0, 1, 0.5, 1, 1, 0, np.nan],
    [0, 0, 1, 1, 0, 1, 1, 0.5, 1, 0, 0, 1, 1, 0, 0, 1],
    [0, 1, 0, 1, 0, 0.5, 0, 1, 0, 0, 1, 0, np.nan, 1, 0, 0],
])
for groups in [np.arange(16), np.arange(16) % 6]:
    rows, won, group = [], [], []
    for i, j in itertools.combinations(range(3), 2):
        for sample in range(16):
            difference = COLUMNS[i, sample] - COLUMNS[j, sample]
            if np.isnan(difference):
                continue
            rows.append(np.eye(3)[i] - np.eye(3)[j])
            won.append((1 + np.sign(difference)) / 2)
            group.append(groups[sample])
    glm = sm.GLM(won, np.array(rows)[:, 1:], family=sm.families.Binomial()).fit(
        tol=1e-14, maxiter=200, cov_type="cluster", cov_kwds={"groups": np.array(group), "use_correction": False})
    centre = np.eye(3) - 1 / 3
    clusters = len(set(group))
    cov = np.zeros((3, 3))
    cov[1:, 1:] = glm.cov_params() * clusters / (clusters - 1)
    show("sm.GLM(Binomial) of wins on differences, centred", centre @ np.concatenate([[0], glm.params]))
    show(f"its errors by {clusters} clusters, times G / (G - 1)", np.sqrt(np.diag(centre @ cov @ centre)))
    show(f"stats.t.ppf(0.975, {clusters - 1})", stats.t.ppf(0.975, clusters - 1))

# Trend
TIMES = np.array([0, 1, 2.5, 3, 4, 6, 7, 8, 9.5, 11])
VALUES = np.array([5.0, 5.2, 5.1, 5.6, 5.2, 5.9, 6.1, 5.8, 6.0, 6.4])
show("stats.theilslopes(VALUES, TIMES)", stats.theilslopes(VALUES, TIMES, 0.95))


def mann_kendall(values):
    n = len(values)
    s = sum(np.sign(values[j] - values[i]) for i, j in itertools.combinations(range(n), 2))
    ties = np.unique(values, return_counts=True)[1]
    var = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    return s, 2 * stats.norm.sf(abs(s - np.sign(s)) / math.sqrt(var))


show("mann_kendall(VALUES)", mann_kendall(VALUES))
OUT = np.array([10.1, 9.8, 10.3, 10.0, 9.9, 14.2, 10.2, 9.7])
show("0.6745 * (OUT - median) / stats.median_abs_deviation(OUT)",
     0.6745 * (OUT - np.median(OUT)) / stats.median_abs_deviation(OUT))


def best_segments(values):
    """The exact minimum over all segmentations with segments of at least two values."""
    n = len(values)
    steps = np.abs(np.diff(values))
    sigma2 = (np.median(steps) / stats.norm.ppf(0.75)) ** 2 / 2
    penalty = 3 * math.log(n) * sigma2
    best, cuts = [-penalty, math.inf], [(), ()]
    for end in range(2, n + 1):
        total, cut = min(
            (best[s] + ((values[s:end] - values[s:end].mean()) ** 2).sum() + penalty, s)
            for s in range(0, end - 1) if best[s] < math.inf)
        best.append(total)
        cuts.append(cuts[cut] + (cut,))
    return cuts[n]


SHIFTS = (np.arange(60) * 7919 % 101) / 101 + np.where(np.arange(60) < 22, 0, np.where(np.arange(60) < 41, 1.2, 0.1))
show("best_segments(SHIFTS) starts", best_segments(SHIFTS))

# Agreement
L1 = [0, 1, 1, 2, 0, 1, 2, 2, 0, 1, 1, 0, 2, 1, 0]
L2 = [0, 1, 2, 2, 0, 1, 2, 1, 0, 1, 0, 0, 2, 1, 1]
k = inter_rater.cohens_kappa(np.histogram2d(L1, L2, bins=3)[0])
show("inter_rater.cohens_kappa", k.kappa, k.kappa_low, k.kappa_upp, cohen_kappa_score(L1, L2))
L3 = [0, 2, 1, 2, 0, 1, 2, 1, 0, 1, 0, 0, 2, 1, 2]
k = inter_rater.cohens_kappa(np.histogram2d(L1, L3, bins=3)[0], wt="quadratic")
show("inter_rater.cohens_kappa(wt='quadratic')", k.kappa, k.kappa_low, k.kappa_upp,
     cohen_kappa_score(L1, L3, weights="quadratic"))
for counts in [(90, 100), (170, 200)]:
    show(f"proportion_confint{counts} wilson", proportion_confint(*counts, method="wilson"))

UNITS = [[1, 1, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4], [4, 4, 4, 4], [1, 1, 2, 1],
         [2, 2, 2, 2], [5, 5, 5], [1, 1], [3]]


def alpha(units, scale):
    """Through the coincidence matrix, as in Krippendorff 2011."""
    units = [u for u in units if len(u) > 1]
    values = sorted({v for u in units for v in u})
    o = np.zeros((len(values), len(values)))
    for u in units:
        for x, y in itertools.permutations(u, 2):
            o[values.index(x), values.index(y)] += 1 / (len(u) - 1)
    n_v = o.sum(axis=0)
    d = np.zeros_like(o)
    for i, j in itertools.product(range(len(values)), repeat=2):
        lo, hi = min(i, j), max(i, j)
        d[i, j] = {"nominal": float(i != j), "interval": (values[i] - values[j]) ** 2,
                   "ordinal": (n_v[lo:hi + 1].sum() - (n_v[i] + n_v[j]) / 2) ** 2}[scale]
    e = np.outer(n_v, n_v)
    return 1 - (n_v.sum() - 1) * (o * d).sum() / (e * d).sum()


for scale in ["nominal", "ordinal", "interval"]:
    show(f"alpha(UNITS, {scale!r})", alpha(UNITS, scale))


def lang_reiczigel(kp, n, kse, nse, ksp, nsp):
    """Lang & Reiczigel 2014: the counts widened by z^2 and 2, the limits shifted."""
    z = stats.norm.ppf(0.975)
    p, se, sp = (kp + z * z / 2) / (n + z * z), (kse + 1) / (nse + 2), (ksp + 1) / (nsp + 2)
    prev = (p + sp - 1) / (se + sp - 1)
    error = math.sqrt(p * (1 - p) / (n + z * z) + prev**2 * se * (1 - se) / (nse + 2)
                      + (1 - prev) ** 2 * sp * (1 - sp) / (nsp + 2)) / abs(se + sp - 1)
    shift = 2 * z * z * (prev * se * (1 - se) / (nse + 2) - (1 - prev) * sp * (1 - sp) / (nsp + 2))
    return (kp / n + ksp / nsp - 1) / (kse / nse + ksp / nsp - 1), prev + shift - z * error, prev + shift + z * error


show("lang_reiczigel(130, 200, 90, 100, 170, 200)", lang_reiczigel(130, 200, 90, 100, 170, 200))

# Items
ITEMS = np.array([[1, 1, 1, 0, 0, 1], [1, 0, 1, 0, 0, 1], [0, 1, 1, 0, 1, 1], [1, 1, 1, 1, 0, 0]])
for i in range(4):
    show(f"stats.pearsonr(ITEMS[{i}], rest)", stats.pearsonr(ITEMS[i], np.delete(ITEMS, i, 0).mean(axis=0)))

# Ranks, win rates, fronts and epochs
PAIR_P = [0.001, 0.012, 0.2, 0.03, 0.004, 0.6]
MEANS = [0.9, 0.8, 0.75, 0.6]


def rank_intervals(means, p_values):
    """By statsmodels' Holm: 1 + those significantly better … count - those significantly worse."""
    better, worse = [0] * len(means), [0] * len(means)
    rejected = multitest.multipletests(p_values, 0.05, "holm")[0]
    for (i, j), apart in zip(itertools.combinations(range(len(means)), 2), rejected):
        if apart:
            winner, loser = (i, j) if means[i] > means[j] else (j, i)
            better[loser] += 1
            worse[winner] += 1
    return [(1 + b, len(means) - w) for b, w in zip(better, worse)]


show("rank_intervals(MEANS, PAIR_P)", rank_intervals(MEANS, PAIR_P))
BENCHMARKS = [{"a": 0.9, "b": 0.5, "c": 0.5}, {"a": 0.2, "b": 0.4}]
rates = {}
for scores in BENCHMARKS:
    for name, rank in zip(scores, stats.rankdata(list(scores.values()))):
        rates.setdefault(name, []).append((rank - 1) / (len(scores) - 1))
show("mean of (stats.rankdata(scores) - 1) / (n - 1)", [np.mean(rates[name]) for name in "abc"])
POINTS = np.array([[0.9, 5, 1], [0.8, 2, 1], [0.8, 3, 1], [0.7, 3, 0.5], [0.8, 2, 1]]) * [1, -1, -1]
show("np: places that no other point dominates", [
    i for i, point in enumerate(POINTS)
    if not np.any(np.all(POINTS >= point, axis=1) & np.any(POINTS > point, axis=1))])
show("1000 + 400 * np.log10(np.exp(0.7))", 1000 + 400 * np.log10(np.exp(0.7)))


def difference_variance(correlation, epochs):
    """w' S w of the two agents' sample means, for w = (1, -1)."""
    shared = correlation * math.sqrt(0.15 * 0.12)
    covariance = np.array([[0.15, shared], [shared, 0.12]]) + np.diag([0.06, 0.08]) / epochs
    return np.array([1, -1]) @ covariance @ np.array([1, -1])


show("difference_variance(0.5, 1), (0, 7)", difference_variance(0.5, 1), difference_variance(0, 7))
show("optimize.brentq of epochs", optimize.brentq(
    lambda k: (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) * math.sqrt(difference_variance(0.6, k) / 2000) - 0.03,
    1, 100))
