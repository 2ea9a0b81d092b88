using MultiagentFT.Decoder.Shared;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>The rows of a step as the kernels read them: all rows, and those whose logits are wanted side by side.</summary>
internal sealed unsafe class StepRows : IDisposable
{
    private readonly NativeBlock _structs = new(2 * sizeof(DecoderRows));
    private readonly NativeBlock _columns;

    public StepRows(int capacity)
    {
        _columns = new NativeBlock((long)capacity * ((4 * sizeof(int)) + (2 * sizeof(nint))));
        var adapters = (DecoderPair**)_columns.Start;
        var integers = (int*)(adapters + (2 * capacity));
        *All = new DecoderRows
        {
            Adapters = adapters,
            Tokens = integers,
            Slots = integers + capacity,
            Positions = integers + (2 * capacity),
            OutputIndex = integers + (3 * capacity),
        };
        // After attention nothing but the adapter of a selected row is read.
        *Selected = new DecoderRows { Adapters = adapters + capacity };
    }

    public DecoderRows* All => (DecoderRows*)_structs.Start;

    public DecoderRows* Selected => All + 1;

    /// <param name="batch">Checked.</param>
    /// <param name="adapters">By slot.</param>
    public void Fill(DecodeBatch batch, ReadOnlySpan<CpuAdapter?> adapters)
    {
        batch.Tokens.CopyTo(new Span<int>(All->Tokens, batch.Count));
        batch.Slots.CopyTo(new Span<int>(All->Slots, batch.Count));
        batch.Positions.CopyTo(new Span<int>(All->Positions, batch.Count));
        var outputs = 0;
        for (var row = 0; row < batch.Count; row++)
        {
            var adapter = adapters[batch.Slots[row]];
            var pairs = adapter is null ? null : adapter.Pairs;
            All->Adapters[row] = pairs;
            All->OutputIndex[row] = batch.Outputs[row] ? outputs : -1;
            if (batch.Outputs[row]) Selected->Adapters[outputs++] = pairs;
        }
        (All->Count, All->Outputs) = (batch.Count, outputs);
        (Selected->Count, Selected->Outputs) = (outputs, outputs);
    }

    public void Dispose()
    {
        _structs.Dispose();
        _columns.Dispose();
    }
}
