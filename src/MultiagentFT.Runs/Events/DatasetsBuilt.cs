namespace MultiagentFT.Runs.Events;

/// <summary>The datasets of one method and iteration are written.</summary>
/// <param name="Method">The method's key.</param>
/// <param name="Iteration">From 1.</param>
/// <param name="Examples">Number of examples by agent.</param>
public sealed record DatasetsBuilt(string Method, int Iteration, IReadOnlyDictionary<string, int> Examples) : RunEvent;
