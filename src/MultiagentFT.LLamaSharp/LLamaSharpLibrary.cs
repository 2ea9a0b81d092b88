using System.Reflection;
using System.Runtime.InteropServices;
using LLama.Exceptions;
using LLama.Native;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Library;

namespace MultiagentFT.LLamaSharp;

/// <summary>
/// LLamaSharp over the libllama of its backend package, loaded once a process on first use. LLamaSharp is told which library to
/// take, so that it, the trainer's codec and the mixed-adapter decoder have one and the same ggml.
/// </summary>
public sealed unsafe class LLamaSharpLibrary
{
    private static readonly Lazy<LLamaSharpLibrary> Loaded = new(Load);

    private LLamaSharpLibrary(GgmlLibrary ggml) => Ggml = ggml;

    /// <summary>The loaded library.</summary>
    /// <exception cref="InputException">It is missing, of another llama.cpp than LLamaSharp was made for, or cannot be loaded here.</exception>
    public static LLamaSharpLibrary Instance => Loaded.Value;

    /// <summary>The version of LLamaSharp that this build restored.</summary>
    public static string Version { get; } =
        typeof(LLamaSharpLibrary).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(attribute => attribute.Key == "LLamaSharpVersion").Value!;

    public GgmlLibrary Ggml { get; }

    private static LLamaSharpLibrary Load()
    {
        ProcessRuntime.Use(RuntimeKind.Llamasharp);
        var ggml = GgmlLibrary.Instance;
        var (handle, file) = ggml.LoadLlama();
        // Before LLamaSharp calls anything: a struct of another size would be written beyond its end.
        Check(
            ggml.Folder,
            ((delegate* unmanaged[Cdecl]<ParameterBlock>)NativeLibrary.GetExport(handle, "llama_context_default_params"))(),
            ((delegate* unmanaged[Cdecl]<ParameterBlock>)NativeLibrary.GetExport(handle, "llama_model_default_params"))());
        LlamaLog.InstallForLlama(handle);
        try
        {
            NativeLibraryConfig.LLama.WithLibrary(file).WithAutoFallback(false);
            NativeApi.llama_empty_call();
        }
        catch (Exception error) when (error is RuntimeError or TypeInitializationException)
        {
            throw new InputException(file, null, $"a library that LLamaSharp {Version} loads", error.Message, error);
        }
        return new LLamaSharpLibrary(ggml);
    }

    /// <summary>Whether the library's own defaults stand where LLamaSharp reads them.</summary>
    /// <param name="folder">Where the library lies.</param>
    /// <param name="context">What llama_context_default_params returns.</param>
    /// <param name="model">What llama_model_default_params returns.</param>
    /// <exception cref="InputException">They stand elsewhere.</exception>
    internal static void Check(string folder, ParameterBlock context, ParameterBlock model)
    {
        if (!IsExpected(*(LLamaContextParams*)&context)) throw Mismatch("llama_context_params");
        if (!IsExpected(Marshal.PtrToStructure<LLamaModelParams>((nint)(&model)))) throw Mismatch("llama_model_params");

        InputException Mismatch(string name) => new(
            folder, name, $"the layout that LLamaSharp {Version} was made for",
            $"that of another llama.cpp: take the {BackendPackage.NameOf(NativeBuild.Backend)} of LLamaSharp's own version, "
            + $"and unset {LlamaFolder.Variable}");
    }

    private static bool IsExpected(LLamaContextParams value) =>
        value is
        {
            n_ctx: 512, n_batch: 2048, n_ubatch: 512, n_seq_max: 1, n_rs_seq: 0, n_threads: 4, n_threads_batch: 4,
            rope_scaling_type: RopeScalingType.Unspecified,
            llama_flash_attn_type: LLamaFlashAttentionType.LLAMA_FLASH_ATTENTION_TYPE_AUTO,
            type_k: GGMLType.GGML_TYPE_F16, type_v: GGMLType.GGML_TYPE_F16,
            embeddings: false, offload_kqv: true, no_perf: true, op_offload: true, swa_full: true, kv_unified: false,
        }
        && value.cb_eval == 0 && value.abort_callback == 0 && value.samplers == 0 && value.n_samplers == 0;

    private static bool IsExpected(LLamaModelParams value) =>
        value is
        {
            split_mode: GPUSplitMode.Layer, main_gpu: 0, progress_callback: null,
            vocab_only: false, check_tensors: false, use_extra_bufts: true, no_host: false, no_alloc: false,
        };
}
