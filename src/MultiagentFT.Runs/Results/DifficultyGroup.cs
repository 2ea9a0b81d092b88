namespace MultiagentFT.Runs.Results;

/// <summary>Problems of one difficulty.</summary>
/// <param name="Name">Such as <c>Level 5</c> or <c>0 to 2 of 6 right</c>.</param>
/// <param name="Problems">How many; at least one.</param>
/// <param name="Methods">The base, then the last finetuned society.</param>
public sealed record DifficultyGroup(string Name, int Problems, IReadOnlyList<DifficultyAccuracy> Methods);
