using System.Text;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Inference.Prompts;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native;
using MultiagentFT.Runtimes;
using MultiagentFT.Testing;
using MultiagentFT.Training.Data;

namespace MultiagentFT.Training.Tests.Data;

public sealed class ConversationEncoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly IModelRuntime _runtime;
    private readonly ConversationEncoder _encoder;
    private readonly ChatExample _debate = new(
    [
        ChatMessage.User("What is 1+1?"), ChatMessage.Assistant("It is 3."), ChatMessage.User("Others say 2."), ChatMessage.Assistant("It is 2."),
    ]);

    public ConversationEncoderTests()
    {
        _runtime = ModelRuntimes.Open(TinyModel.Write(_folder.File("model.gguf")), new LlamaRuntimeOptions { VocabularyOnly = true });
        _encoder = new ConversationEncoder(_runtime.Tokenizer, _runtime.ChatTemplate);
    }

    public void Dispose()
    {
        _runtime.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void TheLastTurnIsWhatServingWouldGenerate()
    {
        var encoded = _encoder.Encode(_debate, LossTarget.LastTurn);
        var prompt = PromptEncoder.Encode(_runtime.ChatTemplate, _runtime.Tokenizer, [.. _debate.Messages.Take(3)]);
        Assert.Equal(prompt, encoded.Tokens[..prompt.Length]);
        Assert.All(encoded.Counts.Take(prompt.Length), Assert.False);
        Assert.All(encoded.Counts.Skip(prompt.Length), Assert.True);
        Assert.True(_runtime.Tokenizer.IsEndOfGeneration(encoded.Tokens[^1]));
        Assert.Equal("It is 2.", Learned(encoded));
    }

    [Fact]
    public void AllTurnsAreBothAnswersWithTheirEndsAndNothingElse()
    {
        var encoded = _encoder.Encode(_debate, LossTarget.AllTurns);
        Assert.Equal(_encoder.Encode(_debate, LossTarget.LastTurn).Tokens, encoded.Tokens);
        Assert.Equal("It is 3.It is 2.", Learned(encoded));
        Assert.Equal(2, encoded.Tokens.Where((token, i) => encoded.Counts[i] && _runtime.Tokenizer.IsEndOfGeneration(token)).Count());
    }

    [Theory]
    [InlineData(LossTarget.LastTurn, "It is 2.")]
    [InlineData(LossTarget.AllTurns, "It is 3.It is 2.")]
    public void AnswersOfTheContextAreReadAndNeverLearned(LossTarget loss, string learned)
    {
        var example = ChatExample.After([ChatMessage.User("What is 0+1?"), ChatMessage.Assistant("It is 1.")], _debate.Messages);

        var encoded = _encoder.Encode(example, loss);

        Assert.Equal(_encoder.Encode(new ChatExample(example.Messages), loss).Tokens, encoded.Tokens);
        Assert.Equal(learned, Learned(encoded));
    }

    [Fact]
    public void ABatchPredictsTheNextTokenOfEachCountedOne()
    {
        var encoded = _encoder.Encode(_debate, LossTarget.LastTurn);
        var batch = new TrainingBatch([encoded, encoded]);
        Assert.Equal((2, TrainingBatch.PaddedLength(encoded.Tokens.Length)), (batch.Rows, batch.Length));
        Assert.Equal(2 * encoded.TargetTokens, batch.TargetTokens);
        Assert.Equal(encoded.Tokens.Length, encoded.TotalTokens);
    }

    private string Learned(TokenizedExample example) => Encoding.UTF8.GetString(
        [.. example.Tokens.Where((_, i) => example.Counts[i]).SelectMany(token => _runtime.Tokenizer.Piece(token).ToArray())]);
}
