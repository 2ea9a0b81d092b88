namespace MultiagentFT.Serving.Tests;

public sealed class SampleTests
{
    [Fact]
    public async Task The_sample_debates_with_the_embedded_model()
    {
        using var output = new StringWriter();

        await Sample.RunAsync(EmbeddedModel.Path, "What is 21+7*18+12-8*28?", output, TestContext.Current.CancellationToken);

        var text = output.ToString();
        string[] expected = ["generator-1: ", "generator-3: ", "critic-3: ", "round 1: ", "round 2: "];
        Assert.All(expected, part => Assert.Contains(part, text, StringComparison.Ordinal));
    }
}
