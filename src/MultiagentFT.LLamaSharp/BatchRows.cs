using LLama.Native;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.LLamaSharp;

/// <summary>
/// LLamaSharp's batches, kept from call to call. LLamaSharp pins an array for each row that a batch has room for, however few
/// are used, so the steps of a few rows have a batch that prompts never make grow.
/// </summary>
internal sealed class BatchRows
{
    /// <summary>The room that LLamaSharp gives a new batch.</summary>
    private const int FewRows = 128;

    private readonly LLamaBatch _few = new();
    private readonly LLamaBatch _many = new();

    /// <summary>The rows as LLamaSharp decodes them; valid until the next call.</summary>
    public LLamaBatch Of(DecodeBatch batch)
    {
        var rows = batch.Count <= FewRows ? _few : _many;
        rows.Clear();
        for (var row = 0; row < batch.Count; row++)
            rows.Add(batch.Tokens[row], batch.Positions[row], (LLamaSeqId)batch.Slots[row], batch.Outputs[row]);
        return rows;
    }
}
