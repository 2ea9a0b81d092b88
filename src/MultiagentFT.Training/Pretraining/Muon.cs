using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Pretraining;

/// <summary>
/// The Muon optimizer for matrices (Jordan et al. 2024): momentum whose singular values are all brought near 1 by five
/// Newton-Schulz steps. From scratch it needs several times fewer tokens than AdamW here (benchmarks/LOG.md).
/// </summary>
public sealed class Muon(IEnumerable<Parameter> matrices, double momentum, double weightDecay) : IDisposable
{
    private const int NewtonSchulzSteps = 5;
    private readonly (Parameter Matrix, Tensor Momentum)[] _states =
        [.. matrices.Select(matrix => (matrix, zeros_like(matrix).DetachFromDisposeScope()))];

    /// <summary>Moves every matrix by its gradient, then clears nothing: the caller zeroes gradients.</summary>
    /// <param name="learningRate">Root mean square of an element's change, before the shape factor.</param>
    public void Step(double learningRate)
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (matrix, average) in _states)
        {
            var gradient = matrix.grad!;
            average.mul_(momentum).add_(gradient);
            // Nesterov: looks one momentum step ahead.
            var update = Orthogonalize(gradient.add(average, alpha: momentum));
            var shapeFactor = Math.Sqrt(Math.Max(1, matrix.shape[0] / (double)matrix.shape[1]));
            if (weightDecay > 0) matrix.mul_(1 - (learningRate * weightDecay));
            matrix.add_(update, alpha: -learningRate * shapeFactor);
        }
    }

    /// <summary>An approximation of U·Vᵀ from the singular value decomposition U·S·Vᵀ, in bfloat16.</summary>
    internal static Tensor Orthogonalize(Tensor x)
    {
        // A quintic whose slope at 0 is steep and whose fixed points lie around 1.
        const double A = 3.4445, B = -4.7750, C = 2.0315;
        var wide = x.shape[0] <= x.shape[1];
        var y = (wide ? x : x.t()).to(ScalarType.BFloat16);
        y = y / (y.norm() + 1e-7);
        for (var i = 0; i < NewtonSchulzSteps; i++)
        {
            var square = y.matmul(y.t());
            var mixed = (square * B) + (square.matmul(square) * C);
            y = (y * A) + mixed.matmul(y);
        }
        return (wide ? y : y.t()).to(ScalarType.Float32);
    }

    public void Dispose()
    {
        foreach (var (_, average) in _states) average.Dispose();
    }
}
