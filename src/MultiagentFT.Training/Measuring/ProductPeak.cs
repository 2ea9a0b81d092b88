using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Measuring;

/// <summary>What one large product reaches, the measure for all others.</summary>
internal static class ProductPeak
{
    private const int Rows = 1024;
    private const int Width = 4096;
    private const int Repeats = 3;

    /// <returns>Operations a second of [1024, 4096] times [4096, 4096], the best of three after one that does not count.</returns>
    public static double Measure(bool bfloat16, Device device)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var type = bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var (left, right) = (rand(Rows, Width, dtype: type, device: device), rand(Width, Width, dtype: type, device: device));
        var best = double.PositiveInfinity;
        for (var i = -1; i < Repeats; i++)
        {
            var began = Stopwatch.GetTimestamp();
            using var product = left.matmul(right);
            // The element is there when the product is.
            _ = product[0, 0].ToSingle();
            if (i >= 0) best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        return 2.0 * Rows * Width * Width / best;
    }
}
