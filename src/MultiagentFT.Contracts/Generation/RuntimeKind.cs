namespace MultiagentFT.Contracts.Generation;

/// <summary>Whose native libraries run models: one in a process.</summary>
public enum RuntimeKind
{
    /// <summary>The one in use, else what the environment variable MFT_RUNTIME names, else the first of those below that the build has.</summary>
    Auto,

    /// <summary>This project's binding over llama.cpp from npm.</summary>
    Native,

    /// <summary>The LLamaSharp packages from NuGet.</summary>
    Llamasharp,
}
