namespace MultiagentFT.Training.Merging;

/// <summary>What became of an adapter's change in the merged file.</summary>
/// <param name="Survived">
/// 1 − |R − D|² / |D|², at least 0: D is the change, R what the stored weights differ by. 1 where all of it is there; 0 where nothing
/// is, or where rounding does as much as the change.
/// </param>
/// <param name="Kept">Tensors whose rows the asked type cannot hold: they are F16.</param>
/// <param name="Files">What was written: one file, or its parts, the first part first.</param>
public sealed record MergeResult(double Survived, IReadOnlyList<string> Kept, IReadOnlyList<string> Files);
