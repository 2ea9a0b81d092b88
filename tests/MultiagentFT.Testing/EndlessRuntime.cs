using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Memory;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Testing;

/// <summary>Another runtime in whose vocabulary no token ends an answer.</summary>
public sealed class EndlessRuntime(IModelRuntime inner) : IModelRuntime, ITokenizer
{
    public ModelDescription Model => inner.Model;

    public ITokenizer Tokenizer => this;

    public IChatTemplate ChatTemplate => inner.ChatTemplate;

    public bool KeepsSlots => inner.KeepsSlots;

    public int VocabularySize => inner.Tokenizer.VocabularySize;

    public IReadOnlyList<string> ControlTokens => inner.Tokenizer.ControlTokens;

    public IReadOnlyList<string> UserDefinedTokens => inner.Tokenizer.UserDefinedTokens;

    public MemoryNeeds Needs(ContextOptions options) => inner.Needs(options);

    public IModelContext CreateContext(ContextOptions options) => inner.CreateContext(options);

    public IRuntimeAdapter LoadAdapter(string path) => inner.LoadAdapter(path);

    public int[] Tokenize(string text, bool addSpecial, bool parseSpecial) => inner.Tokenizer.Tokenize(text, addSpecial, parseSpecial);

    public ReadOnlyMemory<byte> Piece(int token) => inner.Tokenizer.Piece(token);

    public bool IsEndOfGeneration(int token) => false;

    public void Dispose() => inner.Dispose();
}
