using MultiagentFT.Training.Pretraining;
using MultiagentFT.Training.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Tests.Pretraining;

public sealed class MuonTests
{
    [Theory]
    [InlineData(16, 48)]
    [InlineData(48, 16)]
    public void UpdatesKeepTheirSingularVectorsAndHaveSingularValuesNearOne(int rows, int columns)
    {
        TorchLibrary.EnsureLoaded();
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var x = randn(rows, columns);
        var update = Muon.Orthogonalize(x);
        var (_, values, _) = linalg.svd(update, fullMatrices: false);
        Assert.InRange(values.min().ToSingle(), 0.5f, 1.3f);
        Assert.InRange(values.max().ToSingle(), 0.5f, 1.3f);
        // The polar factor U·Vᵀ is the orthogonal matrix that has the largest inner product with x: the sum of x's singular values.
        var (_, singular, _) = linalg.svd(x, fullMatrices: false);
        Assert.True((x * update).sum().ToSingle() > 0.7 * singular.sum().ToSingle());
    }

    [Fact]
    public void StepsFitALinearMap()
    {
        TorchLibrary.EnsureLoaded();
        using var scope = NewDisposeScope();
        random.manual_seed(2);
        var target = randn(8, 8);
        var inputs = randn(64, 8);
        var matrix = new Parameter(zeros(8, 8));
        using var muon = new Muon([matrix], momentum: 0.9, weightDecay: 0);
        var first = 0f;
        var last = 0f;
        for (var step = 0; step < 200; step++)
        {
            matrix.grad?.zero_();
            var loss = (inputs.matmul(matrix.t()) - inputs.matmul(target.t())).square().mean();
            loss.backward();
            muon.Step(0.1 * (1 - (step / 200.0)));
            last = loss.ToSingle();
            if (step == 0) first = last;
        }
        Assert.True(last < 0.01 * first, $"loss from {first} to {last}");
    }
}
