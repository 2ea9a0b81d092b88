namespace MultiagentFT.Cluster.Messages;

/// <summary>Who did a piece of work.</summary>
/// <param name="Worker">The worker's name.</param>
/// <param name="Version">Of its program.</param>
/// <param name="Commit">The revision that this was built from.</param>
/// <param name="InstructionSet">What its processor computes with: with equal ones, results are equal byte for byte.</param>
public sealed record Origin(string Worker, string Version, string Commit, string InstructionSet);
