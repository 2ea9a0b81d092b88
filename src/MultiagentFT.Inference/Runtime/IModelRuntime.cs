using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Memory;

namespace MultiagentFT.Inference.Runtime;

/// <summary>
/// One model loaded once, whatever library runs it. The engine above is written against this contract alone; the
/// conformance tests in tests/MultiagentFT.Native.Tests say what an implementation owes.
/// </summary>
public interface IModelRuntime : IDisposable
{
    ModelDescription Model { get; }

    ITokenizer Tokenizer { get; }

    IChatTemplate ChatTemplate { get; }

    /// <summary>Whether a row's logits do not depend, bit for bit, on the rows beside it.</summary>
    bool IsBatchInvariant => false;

    /// <summary>Whether contexts can have kept slots (<see cref="ContextOptions.KeptSlots"/>).</summary>
    bool KeepsSlots { get; }

    /// <summary>Bytes that the weights and a context of these sizes take.</summary>
    MemoryNeeds Needs(ContextOptions options);

    /// <summary>Opens a context over the shared weights.</summary>
    /// <exception cref="InvalidOperationException">The library refused, out of memory for one; its log is in the message.</exception>
    IModelContext CreateContext(ContextOptions options);

    /// <summary>Validates and loads a LoRA adapter.</summary>
    /// <exception cref="MultiagentFT.Foundation.InputException">The file is not a LoRA adapter of this base model.</exception>
    IRuntimeAdapter LoadAdapter(string path);
}
