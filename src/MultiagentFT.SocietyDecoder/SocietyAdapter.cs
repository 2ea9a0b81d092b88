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
        try
        {
            var next = (Half*)_values.Start;
            foreach (var pair in file.Pairs) next = Add(file, pair, next);
        }
        catch
        {
            Dispose();
            throw;
        }
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
        if (pair.Rank > SocietyPair.MostRank)
            throw new InputException(path, pair.BaseTensor, $"a rank of at most {SocietyPair.MostRank} (the society decoder)", $"{pair.Rank}");
        var (block, inputs, targets) = Locate(path, pair);
        var rank = pair.Rank;
        if (pair.InputLength != inputs || pair.OutputLength != targets.Sum(part => (long)part.Count))
        {
            throw new InputException(
                path, pair.BaseTensor, $"factors of [{inputs}, {targets.Sum(part => part.Count)}]", $"[{pair.InputLength}, {pair.OutputLength}]");
        }
        var a = next;
        var largestA = Store(TensorCodec.Dequantize(pair.A.Type, file.File.Read(pair.A), pair.A.Elements), a);
        next += rank * inputs;
        var b = TensorCodec.Dequantize(pair.B.Type, file.File.Read(pair.B), pair.B.Elements);
        foreach (var (target, start, count) in targets)
        {
            var transposed = new float[rank * count];
            for (var output = 0; output < count; output++)
                for (var r = 0; r < rank; r++) transposed[(r * count) + output] = b[((start + output) * rank) + r];
            var native = Pairs + (block * TargetCount) + target;
            if (native->Rank != 0) throw new InputException(path, pair.BaseTensor, "one pair of factors for each linear layer", "two");
            *native = new SocietyPair { A = a, B = next, Rank = rank, Scale = file.Alpha / rank * largestA * Store(transposed, next) };
            next += transposed.Length;
        }
        return next;
    }

    /// <summary>The block of a pair, its inputs, and the targets that it reaches with their parts of its outputs.</summary>
    private (int Block, int Inputs, (int Target, int Start, int Count)[] Targets) Locate(string path, AdapterPair pair)
    {
        var shape = Owner.Shape;
        var (queries, keys, width, embedding) = (shape.Queries, shape.Keys, shape.FeedForward, shape.Embedding);
        if (BlockTensor.TryParse(pair.BaseTensor, shape.Blocks, out var block, out var name))
        {
            (int Inputs, (int, int, int)[] Targets)? place = name switch
            {
                "attn_q.weight" => (embedding, [(0, 0, queries)]),
                "attn_k.weight" => (embedding, [(1, 0, keys)]),
                "attn_v.weight" => (embedding, [(2, 0, keys)]),
                "attn_qkv.weight" => (embedding, [(0, 0, queries), (1, queries, keys), (2, queries + keys, keys)]),
                "attn_output.weight" => (queries, [(3, 0, embedding)]),
                "ffn_gate.weight" => (embedding, [(4, 0, width)]),
                "ffn_up.weight" when pair.OutputLength == 2L * width => (embedding, [(4, 0, width), (5, width, width)]),
                "ffn_up.weight" => (embedding, [(5, 0, width)]),
                "ffn_down.weight" => (width, [(6, 0, embedding)]),
                _ => null,
            };
            if (place is { } found) return (block, found.Inputs, found.Targets);
        }
        throw new InputException(
            path, pair.BaseTensor, "a linear layer of a block (the society decoder; --decoder llama applies others)", "another tensor");
    }

    /// <summary>Stores values relative to the largest of them.</summary>
    /// <returns>The largest magnitude.</returns>
    private static float Store(Span<float> values, Half* destination)
    {
        var largest = MathF.Abs(TensorPrimitives.MaxMagnitude(values));
        if (largest > 0) TensorPrimitives.Divide(values, largest, values);
        TensorPrimitives.ConvertToHalf(values, new Span<Half>(destination, values.Length));
        return largest;
    }
}
