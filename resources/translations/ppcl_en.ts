<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>ExportPage</name>
    <message numerus="yes">
        <source>%n layers</source>
        <translation>
            <numerusform>%n layer</numerusform>
            <numerusform>%n layers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FitControl</name>
    <message numerus="yes">
        <source>{time} a picture (median of %n painted today)</source>
        <translation>
            <numerusform>{time} a picture (%n was painted today)</numerusform>
            <numerusform>{time} a picture (median of %n painted today)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelPage</name>
    <message numerus="yes">
        <source>This model is there in %n sizes.</source>
        <translation>
            <numerusform>This model is there in %n size.</numerusform>
            <numerusform>This model is there in %n sizes.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NumbersRow</name>
    <message numerus="yes">
        <source>Counted: the whole painting model, in %n layers. {size} as a file.</source>
        <translation>
            <numerusform>Counted: the whole painting model, in %n layer. {size} as a file.</numerusform>
            <numerusform>Counted: the whole painting model, in %n layers. {size} as a file.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>on {device}, %n threads</source>
        <translation>
            <numerusform>on {device}, %n thread</numerusform>
            <numerusform>on {device}, %n threads</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Median of %n pictures that this size painted today</source>
        <translation>
            <numerusform>Of %n picture that this size painted today</numerusform>
            <numerusform>Median of %n pictures that this size painted today</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Median of %n pictures, painted when the project was made</source>
        <translation>
            <numerusform>Of %n picture, painted when the project was made</numerusform>
            <numerusform>Median of %n pictures, painted when the project was made</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Mean of %n pictures at equal seeds, which the model has not learned from. HaarPSI {value}; 1 is the same picture.</source>
        <translation>
            <numerusform>Of %n picture at an equal seed, which the model has not learned from. HaarPSI {value}; 1 is the same picture.</numerusform>
            <numerusform>Mean of %n pictures at equal seeds, which the model has not learned from. HaarPSI {value}; 1 is the same picture.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Mean of %n pictures, by what the prompts ask for:</source>
        <translation>
            <numerusform>Of %n picture, by what the prompt asks for:</numerusform>
            <numerusform>Mean of %n pictures, by what the prompts ask for:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecoverPage</name>
    <message numerus="yes">
        <source>Done. The model is there in %n sizes, the smallest with {size} of the original&apos;s parameters.</source>
        <translation>
            <numerusform>Done. The model is there in %n size, with {size} of the original&apos;s parameters.</numerusform>
            <numerusform>Done. The model is there in %n sizes, the smallest with {size} of the original&apos;s parameters.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ShrinkPage</name>
    <message numerus="yes">
        <source>Measured on %n pictures that the model never learned from.</source>
        <translation>
            <numerusform>Measured on %n picture that the model never learned from.</numerusform>
            <numerusform>Measured on %n pictures that the model never learned from.</numerusform>
        </translation>
    </message>
</context>
</TS>
