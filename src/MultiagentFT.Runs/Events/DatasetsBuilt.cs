namespace MultiagentFT.Runs.Events;

/// <summary>The datasets of one method and iteration are written.</summary>
/// <param name="Method">The method's key.</param>
/// <param name="Iteration">From 1.</param>
/// <param name="Examples">Number of examples by agent.</param>
/// <param name="Unreadable">Answers that spell control tokens and teach nothing.</param>
public sealed record DatasetsBuilt(string Method, int Iteration, IReadOnlyDictionary<string, int> Examples, int Unreadable = 0) : RunEvent;
