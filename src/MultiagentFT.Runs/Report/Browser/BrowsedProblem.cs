using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Runs.Report.Browser;

/// <summary>A problem with every debate on it.</summary>
/// <param name="Number">From 1, in the order of the evaluation.</param>
/// <param name="Question">The question.</param>
/// <param name="Truth">The right answer; null where it is not known.</param>
/// <param name="Debates">One for each of <see cref="DebateTable.Evaluations"/>; null for one that has not put this problem.</param>
internal sealed record BrowsedProblem(int Number, string Question, string? Truth, Transcript?[] Debates);
