namespace MultiagentFT.Runs.Training;

/// <summary>How a trainer process is started: this program, and what comes before <c>train --job ...</c>.</summary>
/// <param name="FileName">The executable, such as <c>mft</c> or <c>dotnet</c>.</param>
/// <param name="Arguments">Such as the path of <c>mft.dll</c>.</param>
public sealed record TrainerCommand(string FileName, IReadOnlyList<string> Arguments);
