namespace MultiagentFT.Runs.Sharing;

/// <summary>What a run got from another one instead of making it again.</summary>
/// <param name="Folder">Of the other run, absolute.</param>
/// <param name="Count">Stages.</param>
/// <param name="Commit">The revision of the program that ended the other run.</param>
/// <param name="Refusal">Why a stage was left there that would have been the same: a file is not as the run left it. Null: none was.</param>
public sealed record TakenStages(string Folder, int Count, string Commit, string? Refusal);
