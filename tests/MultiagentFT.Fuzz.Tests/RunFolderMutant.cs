namespace MultiagentFT.Fuzz.Tests;

/// <param name="File">The damaged file, relative to the run folder.</param>
/// <param name="IsFinished">Whether the run had ended; otherwise it is continued.</param>
/// <param name="Content">What the file holds.</param>
internal sealed record RunFolderMutant(string File, bool IsFinished, Mutant Content)
{
    public override string ToString() => $"{File}, {(IsFinished ? "finished" : "continued")}: {Content.Damage}";
}
