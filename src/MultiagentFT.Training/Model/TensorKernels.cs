using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MultiagentFT.Native.Tensors;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary><see cref="BlockKernels"/> over tensors on the CPU. The type of the products is float32 or bfloat16; no graph is made.</summary>
internal static class TensorKernels
{
    /// <param name="x">[rows, width] float32.</param>
    /// <param name="added">[rows, width] in the type of the products; null adds nothing.</param>
    /// <param name="weight">[width] float32.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <param name="type">Of the products.</param>
    /// <returns>The sum [rows, width] float32, which is <paramref name="x"/> where nothing is added; its norm in the type of the products; 1 / rms [rows] float32.</returns>
    public static (Tensor Sum, Tensor Normed, Tensor Scale) Norm(Tensor x, Tensor? added, Tensor weight, float epsilon, ScalarType type)
    {
        var sum = added is null ? x : empty_like(x);
        var (normed, scale) = (empty(x.shape, dtype: type), empty(x.shape[0]));
        BlockKernels.Norm(new NormArguments
        {
            X = Address(x),
            Added = added is null ? 0 : Address(added),
            Sum = Address(sum),
            Weight = Address(weight),
            Y = Address(normed),
            Scale = Address(scale),
            Rows = x.shape[0],
            Width = x.shape[1],
            Epsilon = epsilon,
            Type = Value(type),
        });
        return (sum, normed, scale);
    }

    /// <returns><paramref name="x"/> + <paramref name="added"/> [rows, width] float32.</returns>
    public static Tensor Add(Tensor x, Tensor added)
    {
        var sum = empty_like(x);
        BlockKernels.Norm(new NormArguments
        {
            X = Address(x),
            Added = Address(added),
            Sum = Address(sum),
            Rows = x.shape[0],
            Width = x.shape[1],
            Type = Value(added.dtype),
        });
        return sum;
    }

    /// <summary>Adds to a gradient, in place, what comes back through a norm.</summary>
    /// <param name="x">What was normed, [rows, width] float32.</param>
    /// <param name="weight">[width] float32.</param>
    /// <param name="scale">1 / rms [rows].</param>
    /// <param name="normed">Gradient of the normed values, in the type of the products.</param>
    /// <param name="gradient">[rows, width] float32.</param>
    /// <param name="narrow">Becomes the new gradient in the type of the products, if given.</param>
    public static void NormBack(Tensor x, Tensor weight, Tensor scale, Tensor normed, Tensor gradient, Tensor? narrow = null) => BlockKernels.NormBack(new NormBackArguments
    {
        X = Address(x),
        Weight = Address(weight),
        Scale = Address(scale),
        Y = Address(normed),
        Gradient = Address(gradient),
        Narrow = narrow is null ? 0 : Address(narrow),
        Rows = x.shape[0],
        Width = x.shape[1],
        Type = Value(normed.dtype),
    });

    /// <param name="rows">[batch · length, count · width]; rows may lie apart.</param>
    /// <param name="bias">[count · width] float32; null for none.</param>
    /// <param name="layout">How heads lie.</param>
    /// <returns>[batch · count · group, length, width] in the type of <paramref name="rows"/>.</returns>
    public static Tensor Heads(Tensor rows, Tensor? bias, in HeadLayout layout)
    {
        var heads = empty([layout.Batch * layout.Count * layout.Group, layout.Length, layout.Width], dtype: rows.dtype);
        BlockKernels.Heads(Arguments(rows, heads, layout) with { Bias = bias is null ? 0 : Address(bias) });
        return heads;
    }

    /// <summary>From the gradient of heads to that of rows, before their bias.</summary>
    /// <param name="heads">[batch · count · group, length, width].</param>
    /// <param name="rows">[batch · length, count · width], written; rows may lie apart.</param>
    /// <param name="layout">How heads lie.</param>
    public static void HeadsBack(Tensor heads, Tensor rows, in HeadLayout layout) => BlockKernels.HeadsBack(Arguments(rows, heads, layout));

    /// <summary>Scores [matrices, length, length] become weights.</summary>
    public static void Softmax(Tensor scores) => BlockKernels.Softmax(new SoftmaxArguments
    {
        Scores = Address(scores),
        Matrices = scores.shape[0],
        Length = scores.shape[1],
        Type = Value(scores.dtype),
    });

    /// <summary>The gradient of weights becomes that of scores.</summary>
    public static void SoftmaxBack(Tensor gradient, Tensor weights) => BlockKernels.SoftmaxBack(new SoftmaxArguments
    {
        Scores = Address(gradient),
        Weights = Address(weights),
        Matrices = weights.shape[0],
        Length = weights.shape[1],
        Type = Value(weights.dtype),
    });

    /// <param name="gate">[rows, width]; rows may lie apart, as those of <paramref name="up"/>.</param>
    /// <param name="up">The same.</param>
    /// <returns>silu(gate) · up [rows, width].</returns>
    public static Tensor SwiGlu(Tensor gate, Tensor up)
    {
        var y = empty(gate.shape, dtype: gate.dtype);
        BlockKernels.SwiGlu(Arguments(gate, up, y));
        return y;
    }

    /// <summary>Gate and up become their gradients.</summary>
    public static void SwiGluBack(Tensor gate, Tensor up, Tensor gradient) => BlockKernels.SwiGluBack(Arguments(gate, up, gradient));

    private static SwiGluArguments Arguments(Tensor gate, Tensor up, Tensor y) => new()
    {
        Gate = Address(gate),
        Up = Address(up),
        Y = Address(y),
        Rows = gate.shape[0],
        Width = gate.shape[1],
        Stride = gate.stride(0),
        Type = Value(gate.dtype),
    };

    private static HeadsArguments Arguments(Tensor rows, Tensor heads, in HeadLayout layout)
    {
        if (layout.Turns is { } turns && turns.shape[0] < layout.Length)
            throw new ArgumentOutOfRangeException(nameof(layout), layout.Length, $"There are turns for {turns.shape[0]} positions.");
        return new HeadsArguments
        {
            Rows = Address(rows),
            Heads = Address(heads),
            Turns = layout.Turns is null ? 0 : Address(layout.Turns),
            Batch = layout.Batch,
            Length = layout.Length,
            Count = layout.Count,
            Group = layout.Group,
            Width = layout.Width,
            Turned = layout.Turned,
            Stride = rows.stride(0),
            Halves = layout.Halves ? 1 : 0,
            Factor = layout.Factor,
            Type = Value(rows.dtype),
        };
    }

    private static KernelValue Value(ScalarType type) => type switch
    {
        ScalarType.Float32 => KernelValue.Float32,
        ScalarType.BFloat16 => KernelValue.BFloat16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Products run in float32 or bfloat16."),
    };

    /// <summary>Of the first element, of a view, too.</summary>
    private static unsafe nint Address(Tensor x)
    {
        using var first = x.as_strided([1], [1], x.storage_offset());
        return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}
