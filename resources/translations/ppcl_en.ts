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
        <source>parameters in %n layers</source>
        <translation>
            <numerusform>parameters in %n layer</numerusform>
            <numerusform>parameters in %n layers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>measured on {device}, %n threads</source>
        <translation>
            <numerusform>measured on {device}, %n thread</numerusform>
            <numerusform>measured on {device}, %n threads</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>measured on %n pictures</source>
        <translation>
            <numerusform>measured on %n picture</numerusform>
            <numerusform>measured on %n pictures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>HaarPSI at equal seeds, mean of %n pictures: {value}</source>
        <translation>
            <numerusform>HaarPSI at equal seeds, of %n picture: {value}</numerusform>
            <numerusform>HaarPSI at equal seeds, mean of %n pictures: {value}</numerusform>
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
