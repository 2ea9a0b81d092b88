using System.Text.Json;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

public sealed class EvalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("eval --problems 3 --method base")]
    [InlineData("eval --problems 3 --method debate")]
    [InlineData("generate --count 3")]
    public async Task When_no_answer_could_be_given_the_command_fails_and_keeps_nothing(string command)
    {
        var output = _folder.File("transcripts.jsonl");

        // A slot of 32 tokens has no room for the prompt.
        var result = await Mft.RunAsync([.. command.Split(' '), "--model", Model(), "--slot-context", "32", "--output", output]);

        Assert.Equal(1, result.Code);
        Assert.Contains("answers failed: prompt: expected at most 31 tokens", result.Error, StringComparison.Ordinal);
        Assert.Empty(File.Exists(output) ? await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken) : "");
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("mixed")]
    public async Task Both_decoders_evaluate(string decoder)
    {
        var result = (await Mft.RunAsync(
            "eval", "--model", Model(), "--problems", "4", "--method", "debate", "--max-new-tokens", "8", "--decoder", decoder, "--json")).Succeeded();

        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal(4, json.RootElement.GetProperty("problems").GetInt32());
        Assert.InRange(json.RootElement.GetProperty("generatedTokens").GetInt64(), 4, 4 * 9 * 128);
    }

    [Fact]
    public async Task A_model_that_the_mixed_adapter_decoder_does_not_compute_is_served_by_llama_cpp_with_the_reason()
    {
        var model = TinyModel.Write(_folder.File("yarn.gguf"), new TinyModelOptions { ContextLength = 2048, RopeScaling = "yarn" });
        string[] command = ["eval", "--model", model, "--problems", "2", "--method", "base", "--max-new-tokens", "4"];

        var result = (await Mft.RunAsync(command)).Succeeded();
        var refused = await Mft.RunAsync([.. command, "--deterministic"]);

        Assert.Contains("decoder: llama.cpp's, one adapter at a time", result.Error, StringComparison.Ordinal);
        Assert.Contains("llama.rope.scaling.type", result.Error, StringComparison.Ordinal);
        Assert.Equal(2, refused.Code);

        refused = await Mft.RunAsync([.. command, "--adapter-type", "f16"]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("engine.adapterType: expected no choice", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("mixed")]
    public async Task Memory_is_planned_and_the_plan_is_shown(string decoder)
    {
        var result = (await Mft.RunAsync(
            "eval", "--model", Model(), "--problems", "2", "--method", "base", "--max-new-tokens", "4", "--decoder", decoder, "--memory", "260MiB")).Succeeded();

        Assert.Matches(@"memory [\d.]+ MiB of 260 MiB: weights .* slots and ", result.Error);
    }

    private string Model() => TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { ContextLength = 2048 });
}
