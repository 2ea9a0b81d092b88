using MultiagentFT.Training.Objectives;
using MultiagentFT.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Tests.Objectives;

/// <summary>Losses of preferences against values that were worked out by hand.</summary>
public sealed class PreferenceLossTests
{
    public PreferenceLossTests() => TorchLibrary.EnsureLoaded();

    /// <summary>
    /// β = 0.5. Pair one: 0.5·(1 − (−1)) = 1, −log σ(1) = log(1 + e⁻¹) = 0.313262. Pair two: 0.5·(−2 − 2) = −2, log(1 + e²) = 2.126928.
    /// Slope of the chosen side: −β·(1 − σ(x)) / 2: −0.25·0.268941 and −0.25·0.880797.
    /// </summary>
    [Fact]
    public void DpoIsAsWorkedOut()
    {
        using var scope = NewDisposeScope();
        var chosen = tensor([1f, -2f]).requires_grad_();
        var rejected = tensor([-1f, 2f]).requires_grad_();
        var loss = DpoObjective.Loss(chosen, rejected, beta: 0.5);
        loss.backward();
        Assert.Equal((0.313262 + 2.126928) / 2, loss.ToSingle(), 1e-5);
        AssertEqual([-0.0672353, -0.2201993], chosen.grad!);
        AssertEqual([0.0672353, 0.2201993], rejected.grad!);
    }

    /// <summary>
    /// β = 0.5, λ_D = 1, λ_U = 2, z = max(0, (3 − 1)/2) = 1. Wanted, r = 3: 1 − σ(0.5·2) = 0.268941. Unwanted, r = −1: 2·(1 − σ(0.5·2)) = 0.537883.
    /// Slopes: −β·σ(1)·(1 − σ(1))/2 = −0.25·0.196612, and for the unwanted +2 times that.
    /// </summary>
    [Fact]
    public void KtoIsAsWorkedOut()
    {
        using var scope = NewDisposeScope();
        var ratios = tensor([3f, -1f]).requires_grad_();
        var others = tensor([3f, -1f]).requires_grad_();
        var loss = KtoObjective.Loss(ratios, tensor([true, false]), others, beta: 0.5, desirable: 1, undesirable: 2);
        loss.backward();
        Assert.Equal((0.268941 + 0.537883) / 2, loss.ToSingle(), 1e-5);
        AssertEqual([-0.0491530, 0.0983060], ratios.grad!);
        Assert.True(others.grad is null || others.grad.abs().max().ToSingle() == 0, "the estimate of how far the policy has moved is learned");
    }

    /// <summary>A policy that has moved away from other answers is not rewarded for it: z is 0 where the mean is below.</summary>
    [Fact]
    public void KtoTakesNoNegativeDivergence()
    {
        using var scope = NewDisposeScope();
        var loss = KtoObjective.Loss(tensor([2f]), tensor([true]), tensor([-7f]), beta: 1, desirable: 1, undesirable: 1);
        Assert.Equal(1 - (1 / (1 + Math.Exp(-2))), loss.ToSingle(), 1e-5);
    }

    private static void AssertEqual(double[] expected, Tensor actual)
    {
        var values = actual.data<float>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        Assert.All(expected.Zip(values), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }
}
