using System.Numerics.Tensors;
using MultiagentFT.Gguf;

namespace MultiagentFT.Training.Merging;

/// <summary>A pair's change of its matrix, scale·B·A, added some rows at a time: W [outputs, inputs], B [outputs, rank], A [rank, inputs], row-major.</summary>
internal sealed class MatrixUpdate
{
    private readonly float[] _a;
    private readonly float[] _b;
    private readonly int _rank;
    private readonly int _inputs;
    private readonly float _scale;

    public MatrixUpdate(AdapterFile adapter, AdapterPair pair)
    {
        (_a, _b) = (FloatTensors.Read(adapter.File, pair.A), FloatTensors.Read(adapter.File, pair.B));
        if (pair.IsEmbedding) (_a, _b) = (Transposed(_b, pair.Rank), _a);
        (_rank, _inputs, _scale) = (pair.Rank, (int)pair.InputLength, adapter.Alpha / pair.Rank);
    }

    /// <param name="rows">Whole rows of W.</param>
    /// <param name="first">The first one's number.</param>
    public void Add(Span<float> rows, long first)
    {
        for (var row = 0; row < rows.Length / _inputs; row++)
        {
            var sum = rows.Slice(row * _inputs, _inputs);
            for (var k = 0; k < _rank; k++)
                TensorPrimitives.MultiplyAdd(_a.AsSpan(k * _inputs, _inputs), _scale * _b[((first + row) * _rank) + k], sum, sum);
        }
    }

    /// <summary>[rank, n] of [n, rank].</summary>
    private static float[] Transposed(float[] values, int rank)
    {
        var result = new float[values.Length];
        var count = values.Length / rank;
        for (var i = 0; i < count; i++)
            for (var k = 0; k < rank; k++) result[(k * count) + i] = values[(i * rank) + k];
        return result;
    }
}
