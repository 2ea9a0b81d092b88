namespace MultiagentFT.Decoder.Ggml;

/// <summary>What the graph of a step depends on: all but the numbers in its inputs.</summary>
/// <param name="Rows">1 or more.</param>
/// <param name="Outputs">0 to rows.</param>
/// <param name="Groups">Of attention.</param>
/// <param name="IsReordered">Whether attention's results have to be put in the rows' order.</param>
/// <param name="AdapterVersion">Of the stacks; -1 for a step without adapters.</param>
internal sealed record StepLayout(int Rows, int Outputs, IReadOnlyList<AttentionGroup> Groups, bool IsReordered, long AdapterVersion)
{
    public bool HasAdapters => AdapterVersion >= 0;

    public bool Equals(StepLayout? other) =>
        other is not null
        && (Rows, Outputs, IsReordered, AdapterVersion) == (other.Rows, other.Outputs, other.IsReordered, other.AdapterVersion)
        && Groups.SequenceEqual(other.Groups);

    public override int GetHashCode() => HashCode.Combine(Rows, Outputs, Groups.Count, AdapterVersion);
}
