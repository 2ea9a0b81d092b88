using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Events;

/// <summary>The datasets of one method and iteration are written.</summary>
/// <param name="Labels">The method, the iteration, and what the votes of its debates were worth.</param>
/// <param name="Examples">Number of examples by agent.</param>
/// <param name="Unreadable">Answers that spell control tokens and teach nothing.</param>
/// <param name="Failures">How many answers failed or were cut, with the first reason; null where all are whole.</param>
public sealed record DatasetsBuilt(LabelQuality Labels, IReadOnlyDictionary<string, int> Examples, int Unreadable = 0, string? Failures = null) : RunEvent;
