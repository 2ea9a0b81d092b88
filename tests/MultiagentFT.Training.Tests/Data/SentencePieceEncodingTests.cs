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

/// <summary>A tokenizer that puts a blank before every text that it is given: what is learned has to be cut out of the whole.</summary>
public sealed class SentencePieceEncodingTests : IDisposable
{
    private const string Instructions =
        "{{ bos_token }}{% for m in messages %}{% if m.role == 'user' %}[INST] {{ m.content }} [/INST]{% else %}{{ m.content }}{{ eos_token }}{% endif %}{% endfor %}";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("It is 2.", "It", "▁is", "▁2", ".", "<|im_end|>")]
    [InlineData(" It is 2.", "▁It", "▁is", "▁2", ".", "<|im_end|>")]
    [InlineData("  It is 2.", "▁", "▁It", "▁is", "▁2", ".", "<|im_end|>")]
    [InlineData("\nIt is 2.", "<0x0A>", "It", "▁is", "▁2", ".", "<|im_end|>")]
    public void What_is_learned_is_the_rest_of_the_whole_text(string answer, params string[] learned)
    {
        using var runtime = Open(TinyModel.ChatMl);
        ChatMessage[] messages = [ChatMessage.User("What is 1+1?"), ChatMessage.Assistant(answer)];

        var encoded = Encode(runtime, messages, LossTarget.LastTurn);

        Assert.Equal(learned, Learned(encoded));
        var whole = PromptEncoder.Tokenize(runtime.Tokenizer, runtime.ChatTemplate.Render(messages, addGenerationPrompt: false));
        Assert.Equal(whole[..encoded.Tokens.Length], encoded.Tokens);
        Assert.Equal(PromptEncoder.Encode(runtime.ChatTemplate, runtime.Tokenizer, messages[..1]), encoded.Tokens[..^learned.Length]);
    }

    [Fact]
    public void Behind_instructions_no_blank_is_learned_either()
    {
        using var runtime = Open(Instructions);

        var encoded = Encode(runtime, [ChatMessage.User("1+1?"), ChatMessage.Assistant("It is 2.")], LossTarget.LastTurn);

        Assert.Equal(["It", "▁is", "▁2", ".", "</s>"], Learned(encoded));
        Assert.Equal(TinySentencePiece.Id("<s>"), encoded.Tokens[0]);
        Assert.NotEqual(TinySentencePiece.Id("<s>"), encoded.Tokens[1]);
    }

    [Fact]
    public void Earlier_answers_are_learned_without_a_blank()
    {
        using var runtime = Open(TinyModel.ChatMl);

        var encoded = Encode(
            runtime,
            [ChatMessage.User("a"), ChatMessage.Assistant("It is 3"), ChatMessage.User("b"), ChatMessage.Assistant("It is 2")],
            LossTarget.AllTurns);

        Assert.Equal(["It", "▁is", "▁3", "<|im_end|>", "It", "▁is", "▁2", "<|im_end|>"], Learned(encoded));
        Assert.Equal(TinySentencePiece.Id("<s>"), encoded.Tokens[0]);
        Assert.Single(encoded.Tokens, token => token == TinySentencePiece.Id("<s>"));
    }

    private IModelRuntime Open(string template) => ModelRuntimes.Open(
        TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { ChatTemplate = template, SentencePiece = true }),
        new LlamaRuntimeOptions { VocabularyOnly = true });

    private static TokenizedExample Encode(IModelRuntime runtime, IReadOnlyList<ChatMessage> messages, LossTarget loss) =>
        new ConversationEncoder(runtime.Tokenizer, runtime.ChatTemplate, "m.gguf").Encode(new ChatExample(messages), loss);

    private static IEnumerable<string> Learned(TokenizedExample example) =>
        example.Tokens.Where((_, i) => example.Counts[i]).Select(token => TinySentencePiece.Tokens[token]);
}
