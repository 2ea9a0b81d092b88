using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Ggml;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Decoder.Ggml;

/// <summary>The inputs of a step's graph. A graph's memory is used again as it runs, so all are filled before each run.</summary>
internal sealed unsafe class StepInputs
{
    private readonly StepLayout _layout;
    private readonly nint[] _gathers;
    private readonly nint[] _masks;

    public StepInputs(GraphBuilder graph, StepLayout layout)
    {
        _layout = layout;
        var (rows, outputs) = (layout.Rows, layout.Outputs);
        Tokens = graph.Input(TensorType.I32, rows);
        Positions = graph.Input(TensorType.I32, rows);
        Places = graph.Input(TensorType.I64, rows);
        if (layout.IsReordered) Order = graph.Input(TensorType.I32, rows);
        if (layout.HasAdapters) Adapters = graph.Input(TensorType.I32, 1, rows);
        if (outputs > 0 && outputs < rows)
        {
            OutputRows = graph.Input(TensorType.I32, outputs);
            if (layout.IsReordered) OutputOrder = graph.Input(TensorType.I32, outputs);
        }
        OutputAdapters = OutputRows == 0 || !layout.HasAdapters ? Adapters : graph.Input(TensorType.I32, 1, outputs);
        _gathers = [.. layout.Groups.Select(group => group.IsGathered ? graph.Input(TensorType.I32, group.Rows) : 0)];
        _masks = [.. layout.Groups.Select(group => graph.Input(TensorType.F16, group.Cells, group.RowsPerSlot, 1, group.Slots))];
    }

    /// <summary>int32 [rows].</summary>
    public nint Tokens { get; }

    /// <summary>int32 [rows].</summary>
    public nint Positions { get; }

    /// <summary>int64 [rows]: where keys and values go.</summary>
    public nint Places { get; }

    /// <summary>int32 [rows]: where attention's result of a row lies; 0 where it lies at the row.</summary>
    public nint Order { get; }

    /// <summary>int32 [outputs]: rows whose logits are wanted; 0 when that is all or none.</summary>
    public nint OutputRows { get; }

    /// <summary>int32 [outputs]: <see cref="Order"/> of those.</summary>
    public nint OutputOrder { get; }

    /// <summary>int32 [1, rows]: index of each row's adapter; 0 when none has one.</summary>
    public nint Adapters { get; }

    /// <summary>int32 [1, outputs].</summary>
    public nint OutputAdapters { get; }

    /// <summary>int32 [rows of the group], or 0 where they follow each other.</summary>
    public nint Gather(int group) => _gathers[group];

    /// <summary>float16 [cells, rows per slot, 1, slots].</summary>
    public nint Mask(int group) => _masks[group];

    /// <param name="batch">Checked.</param>
    /// <param name="plan">Of the batch.</param>
    /// <param name="positions">Of a slot in the memory of keys and values.</param>
    /// <param name="adapters">Index of each row's adapter.</param>
    /// <param name="outputRows">Rows whose logits are wanted.</param>
    public void Fill(DecodeBatch batch, AttentionPlan plan, int positions, int[] adapters, int[] outputRows)
    {
        Set(Tokens, batch.Tokens);
        Set(Positions, batch.Positions);
        var places = new long[batch.Count];
        for (var row = 0; row < places.Length; row++) places[row] = ((long)batch.Slots[row] * positions) + batch.Positions[row];
        Set<long>(Places, places);
        Set<int>(Order, plan.Order);
        Set<int>(Adapters, adapters);
        Set<int>(OutputRows, outputRows);
        if (OutputOrder != 0) Set<int>(OutputOrder, Choose(plan.Order, outputRows));
        if (OutputAdapters != Adapters) Set<int>(OutputAdapters, Choose(adapters, outputRows));
        for (var group = 0; group < _masks.Length; group++)
        {
            if (_gathers[group] != 0) Set<int>(_gathers[group], plan.Rows(group));
            var mask = new ushort[(long)_layout.Groups[group].Cells * _layout.Groups[group].Rows];
            plan.FillMask(group, batch, mask);
            Set<ushort>(_masks[group], mask);
        }
    }

    private static int[] Choose(int[] values, int[] indices) => [.. indices.Select(index => values[index])];

    private static void Set<T>(nint tensor, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (tensor == 0) return;
        fixed (T* start = values) GgmlMethods.SetTensor(tensor, start, 0, (nuint)values.Length * (nuint)sizeof(T));
    }
}
