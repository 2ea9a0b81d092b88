using System.Diagnostics;
using System.Numerics.Tensors;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Tensors;

namespace MultiagentFT.SocietyDecoder;

/// <summary>A LoRA adapter as the kernels read it: for every block and target a pair of float16 factors.</summary>
internal sealed unsafe class SocietyAdapter : IRuntimeAdapter
{
    /// <summary>The kernels keep A x of some rows on the stack.</summary>
    private const int MostRank = 256;

    /// <summary>The kernels' targets.</summary>
    private const int TargetCount = 7;

    private readonly NativeBlock _pairs;
    private readonly NativeBlock _values;
    private bool _isDisposed;

    /// <exception cref="InputException">The file is not an adapter of this model, or one that these kernels cannot apply.</exception>
    public SocietyAdapter(string path, ModelFile model, SocietyWeights owner)
    {
        using var file = AdapterFile.Open(path);
        file.RequireBase(model);
        Path = path;
        Owner = owner;
        _pairs = new NativeBlock((long)owner.Shape.Blocks * TargetCount * sizeof(SocietyPair));
        _values = new NativeBlock(file.Pairs.Sum(pair => (long)pair.Rank * (pair.InputLength + pair.OutputLength) * sizeof(ushort)));
        var next = (Half*)_values.Start;
        foreach (var pair in file.Pairs) next = Add(file, pair, next);
    }

    public string Path { get; }

    public long Bytes => _values.Bytes;

    /// <summary>The weights that the adapter belongs to.</summary>
    public SocietyWeights Owner { get; }

    /// <summary>[blocks, targets]; valid while a slot holds the adapter or its owner has not let go.</summary>
    public SocietyPair* Pairs => (SocietyPair*)_pairs.Start;

    /// <summary>Keeps the factors in memory until <see cref="Release"/>.</summary>
    /// <exception cref="ObjectDisposedException">The owner has let go.</exception>
    public void Hold()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var added = false;
        _pairs.DangerousAddRef(ref added);
        _values.DangerousAddRef(ref added);
    }

    public void Release()
    {
        _pairs.DangerousRelease();
        _values.DangerousRelease();
    }

    public void Dispose()
    {
        _isDisposed = true;
        _pairs.Dispose();
        _values.Dispose();
    }

    /// <summary>Stores a pair, once for each target that it reaches: those of a fused matrix share its A.</summary>
    /// <returns>Where the next one goes.</returns>
    private Half* Add(AdapterFile file, AdapterPair pair, Half* next)
    {
        var path = file.File.Path;
        if (pair.Rank > MostRank)
            throw new InputException(path, pair.BaseTensor, $"a rank of at most {MostRank} (the society decoder)", $"{pair.Rank}");
        var (block, targets) = Locate(path, pair);
        var (rank, outputs) = (pair.Rank, (int)pair.OutputLength);
        var a = next;
        Store(path, pair.A.Name, TensorCodec.Dequantize(pair.A.Type, file.File.Read(pair.A), pair.A.Elements), a);
        next += rank * pair.InputLength;
        var b = TensorCodec.Dequantize(pair.B.Type, file.File.Read(pair.B), pair.B.Elements);
        var scale = file.Alpha / rank;
        foreach (var (target, start, count) in targets)
        {
            var transposed = new float[rank * count];
            for (var output = 0; output < count; output++)
                for (var r = 0; r < rank; r++) transposed[(r * count) + output] = b[((start + output) * rank) + r] * scale;
            Store(path, pair.B.Name, transposed, next);
            Pairs[(block * TargetCount) + target] = new SocietyPair { A = a, B = next, Rank = rank };
            next += transposed.Length;
        }
        Debug.Assert(targets.Sum(part => part.Count) == outputs, "the parts are the whole");
        return next;
    }

    /// <summary>The block of a pair and the targets that it reaches, with their part of its outputs.</summary>
    private (int Block, (int Target, int Start, int Count)[] Targets) Locate(string path, AdapterPair pair)
    {
        var shape = Owner.Shape;
        var (queries, keys, width) = (shape.Queries, shape.Keys, shape.FeedForward);
        var parts = pair.BaseTensor.Split('.');
        if (parts is ["blk", var number, var name, "weight"] && int.TryParse(number, out var block) && block < shape.Blocks)
        {
            (int, int, int)[]? targets = name switch
            {
                "attn_q" => [(0, 0, queries)],
                "attn_k" => [(1, 0, keys)],
                "attn_v" => [(2, 0, keys)],
                "attn_qkv" => [(0, 0, queries), (1, queries, keys), (2, queries + keys, keys)],
                "attn_output" => [(3, 0, shape.Embedding)],
                "ffn_gate" => [(4, 0, width)],
                "ffn_up" when pair.OutputLength == 2L * width => [(4, 0, width), (5, width, width)],
                "ffn_up" => [(5, 0, width)],
                "ffn_down" => [(6, 0, shape.Embedding)],
                _ => null,
            };
            if (targets is not null) return (block, targets);
        }
        throw new InputException(
            path, pair.BaseTensor, "a linear layer of a block (the society decoder; --decoder llama applies others)", "another tensor");
    }

    private static void Store(string path, string name, ReadOnlySpan<float> values, Half* destination)
    {
        var limit = (float)Half.MaxValue;
        if (values.IndexOfAnyExceptInRange(-limit, limit) is >= 0 and var bad)
            throw new InputException(path, name, "factors within the range of float16 (the society decoder), alpha / rank included", $"{values[bad]}");
        TensorPrimitives.ConvertToHalf(values, new Span<Half>(destination, values.Length));
    }
}
