using MultiagentFT.Training.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Tests.Torch;

public sealed class FlatParametersTests
{
    private static readonly (long Rows, long Columns)[] Shapes = [(4, 12), (8, 5), (16, 15), (1, 3), (7, 1)];

    public FlatParametersTests() => TorchLibrary.EnsureLoaded();

    /// <summary>Clipped steps of AdamW over groups and over each parameter alone, whose slow twin they are.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(1_000_000)]
    public void StepsComeToTheValuesOfParametersAlone(long groupElements)
    {
        using var scope = NewDisposeScope();
        var alone = Parameters();
        var together = Parameters();
        using var flat = new FlatParameters(together, groupElements);
        using var slow = optim.AdamW(alone, lr: 1e-2, weight_decay: 0.1);
        using var fast = optim.AdamW(flat.All, lr: 1e-2, weight_decay: 0.1);
        for (var step = 0; step < 4; step++)
        {
            slow.zero_grad();
            flat.ZeroGradients();
            // Two batches, whose gradients are summed.
            for (var batch = 0; batch < 2; batch++)
            {
                Loss(alone, step).backward();
                Loss(together, step).backward();
            }
            nn.utils.clip_grad_norm_(alone, 0.5);
            nn.utils.clip_grad_norm_(together, 0.5);
            Assert.All(alone.Zip(together), pair => Assert.Equal(Values(pair.First.grad!), Values(pair.Second.grad!)));
            slow.step();
            fast.step();
        }

        Assert.All(alone.Zip(together), pair => Assert.Equal(Values(pair.First), Values(pair.Second)));
        Assert.All(alone.Zip(together), pair => Assert.Equal(pair.First.shape, pair.Second.shape));
        Assert.NotEqual(Values(alone[0]), Values(Parameters()[0]));
    }

    [Fact]
    public void GroupsHoldAsManyAsFitAndALargeOneAlone()
    {
        using var scope = NewDisposeScope();
        using var flat = new FlatParameters(Parameters(), 100);
        // Of 48, 40, 240, 3 and 7 elements.
        Assert.Equal([88, 240, 10], flat.All.Select(group => group.numel()));
    }

    private static Parameter[] Parameters() => [.. Shapes.Select((shape, i) =>
        new Parameter((arange(shape.Rows * shape.Columns, dtype: ScalarType.Float32) * 0.37 + i).sin().reshape(shape.Rows, shape.Columns)))];

    private static Tensor Loss(Parameter[] parameters, int step) =>
        parameters.Select((parameter, i) => ((parameter * (i + 1.5) + step).cos() * parameter).sum()).Aggregate((left, right) => left + right);

    private static float[] Values(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();
}
