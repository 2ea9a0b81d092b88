namespace MultiagentFT.Fuzz.Tests;

/// <param name="Content">A damaged file.</param>
/// <param name="Damage">What was done to it.</param>
internal sealed record Mutant(byte[] Content, string Damage);
