namespace MultiagentFT.Bench.Decoding;

/// <summary>The arrangements of one case, measured in turns.</summary>
/// <param name="Rows">Sequences of the step.</param>
/// <param name="Adapters">Different adapters among them.</param>
/// <param name="Results">One an arrangement; the first is the floor, which has no adapter.</param>
public sealed record DecodeMeasurement(int Rows, int Adapters, IReadOnlyList<DecodeResult> Results)
{
    /// <summary>Null where the arrangement was not measured: without adapters there is nothing to arrange.</summary>
    public DecodeResult? Of(Arrangement arrangement) => Results.FirstOrDefault(result => result.Arrangement == arrangement);
}
