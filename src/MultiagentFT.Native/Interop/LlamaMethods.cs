using System.Runtime.InteropServices;
using MultiagentFT.Native.Handles;

namespace MultiagentFT.Native.Interop;

/// <summary>The functions of llama.h that this project uses. Arguments are checked before: ggml aborts the process on misuse.</summary>
internal static unsafe partial class LlamaMethods
{
    public const string Library = "llama";

    [LibraryImport(Library, EntryPoint = "llama_version")]
    public static partial byte* Version();

    [LibraryImport(Library, EntryPoint = "llama_backend_init")]
    public static partial void BackendInit();

    [LibraryImport(Library, EntryPoint = "llama_model_default_params")]
    public static partial ModelParameters ModelDefaultParameters();

    [LibraryImport(Library, EntryPoint = "llama_context_default_params")]
    public static partial ContextParameters ContextDefaultParameters();

    [LibraryImport(Library, EntryPoint = "llama_max_parallel_sequences")]
    public static partial nuint MaxSequences();

    [LibraryImport(Library, EntryPoint = "llama_model_load_from_file", StringMarshalling = StringMarshalling.Utf8)]
    public static partial ModelHandle ModelLoad(string path, ModelParameters parameters);

    [LibraryImport(Library, EntryPoint = "llama_model_free")]
    public static partial void ModelFree(nint model);

    [LibraryImport(Library, EntryPoint = "llama_model_n_ctx_train")]
    public static partial int ModelContextLength(ModelHandle model);

    /// <returns>Length of the residual stream.</returns>
    [LibraryImport(Library, EntryPoint = "llama_model_n_embd")]
    public static partial int ModelEmbedding(ModelHandle model);

    [LibraryImport(Library, EntryPoint = "llama_model_has_encoder")]
    public static partial byte ModelHasEncoder(ModelHandle model);

    [LibraryImport(Library, EntryPoint = "llama_model_has_decoder")]
    public static partial byte ModelHasDecoder(ModelHandle model);

    /// <returns>The vocabulary, which lives as long as the model.</returns>
    [LibraryImport(Library, EntryPoint = "llama_model_get_vocab")]
    public static partial nint ModelVocabulary(ModelHandle model);

    [LibraryImport(Library, EntryPoint = "llama_vocab_n_tokens")]
    public static partial int VocabularySize(nint vocabulary);

    [LibraryImport(Library, EntryPoint = "llama_vocab_is_eog")]
    public static partial byte IsEndOfGeneration(nint vocabulary, int token);

    [LibraryImport(Library, EntryPoint = "llama_vocab_is_control")]
    public static partial byte IsControl(nint vocabulary, int token);

    /// <returns>The token that begins a text, or one below 0.</returns>
    [LibraryImport(Library, EntryPoint = "llama_vocab_bos")]
    public static partial int BeginOfText(nint vocabulary);

    /// <returns>The token that ends a text, or one below 0.</returns>
    [LibraryImport(Library, EntryPoint = "llama_vocab_eos")]
    public static partial int EndOfText(nint vocabulary);

    /// <returns>The token as the vocabulary spells it, in UTF-8, owned by the vocabulary.</returns>
    [LibraryImport(Library, EntryPoint = "llama_vocab_get_text")]
    public static partial byte* TokenText(nint vocabulary, int token);

    [LibraryImport(Library, EntryPoint = "llama_tokenize")]
    public static partial int Tokenize(
        nint vocabulary, byte* text, int length, int* tokens, int capacity, byte addSpecial, byte parseSpecial);

    [LibraryImport(Library, EntryPoint = "llama_token_to_piece")]
    public static partial int TokenToPiece(nint vocabulary, int token, byte* buffer, int length, int leftStrip, byte special);

    [LibraryImport(Library, EntryPoint = "llama_init_from_model")]
    public static partial nint ContextInit(ModelHandle model, ContextParameters parameters);

    [LibraryImport(Library, EntryPoint = "llama_free")]
    public static partial void ContextFree(nint context);

    /// <returns>Tokens that one sequence can hold.</returns>
    [LibraryImport(Library, EntryPoint = "llama_n_ctx_seq")]
    public static partial uint ContextPerSequence(ContextHandle context);

    [LibraryImport(Library, EntryPoint = "llama_get_memory")]
    public static partial nint Memory(ContextHandle context);

    [LibraryImport(Library, EntryPoint = "llama_decode")]
    public static partial int Decode(ContextHandle context, LlamaBatch batch);

    [LibraryImport(Library, EntryPoint = "llama_get_logits_ith")]
    public static partial float* Logits(ContextHandle context, int row);

    [LibraryImport(Library, EntryPoint = "llama_set_embeddings")]
    public static partial void SetEmbeddings(ContextHandle context, byte embeddings);

    /// <returns>[embedding]: the hidden state of a row after the final norm, where the context does not pool.</returns>
    [LibraryImport(Library, EntryPoint = "llama_get_embeddings_ith")]
    public static partial float* Embeddings(ContextHandle context, int row);

    [LibraryImport(Library, EntryPoint = "llama_memory_clear")]
    public static partial void MemoryClear(nint memory, byte data);

    [LibraryImport(Library, EntryPoint = "llama_memory_seq_rm")]
    public static partial byte MemoryRemove(nint memory, int sequence, int start, int end);

    [LibraryImport(Library, EntryPoint = "llama_memory_seq_cp")]
    public static partial void MemoryCopy(nint memory, int source, int destination, int start, int end);

    [LibraryImport(Library, EntryPoint = "llama_memory_seq_pos_min")]
    public static partial int MemoryMinimum(nint memory, int sequence);

    [LibraryImport(Library, EntryPoint = "llama_adapter_lora_init", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint AdapterInit(ModelHandle model, string path);

    [LibraryImport(Library, EntryPoint = "llama_adapter_lora_free")]
    public static partial void AdapterFree(nint adapter);

    [LibraryImport(Library, EntryPoint = "llama_set_adapters_lora")]
    public static partial int SetAdapters(ContextHandle context, nint* adapters, nuint count, float* scales);
}
